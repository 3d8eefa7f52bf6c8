using OpenIddict.Abstractions;
using Sso.Protocol.Clients;
using Sso.Protocol.Tokens;

namespace Sso.Server.ClientAuthentication;

/// <summary>
/// A form that an authenticated client posted: what every endpoint that applications call directly begins with (RFC 6749 §2.3, §3.2).
/// </summary>
/// <param name="Sender">The key that was shown with the request, to which tokens are bound; null for bearer tokens.</param>
public sealed record ClientRequest(Client Client, OpenIddictRequest Parameters, SenderConstraint? Sender = null);
