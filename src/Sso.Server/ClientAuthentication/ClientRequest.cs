using OpenIddict.Abstractions;
using Sso.Protocol.Clients;

namespace Sso.Server.ClientAuthentication;

/// <summary>
/// A form that an authenticated client posted: what every endpoint that applications call directly begins with (RFC 6749 §2.3, §3.2).
/// </summary>
public sealed record ClientRequest(Client Client, OpenIddictRequest Parameters);
