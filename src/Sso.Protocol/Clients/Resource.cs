namespace Sso.Protocol.Clients;

/// <summary>A protected resource as an operator registered it (RFC 8707 §2): an API that takes our access tokens.</summary>
/// <param name="Id">The resource indicator, an absolute URI; the audience of its tokens.</param>
/// <param name="Scopes">What can be asked for there. A client may ask for a resource when it is registered for one of these.</param>
/// <param name="ClientId">The client as which the resource introspects tokens (RFC 7662 §2.1); null if it checks them itself.</param>
public sealed record Resource(string Id, FrozenSet<string> Scopes, string? ClientId);
