namespace Sso.Server.Clients;

/// <summary>What the authorization endpoint offers beyond the usual. Section <c>Authorization</c> of the configuration.</summary>
internal sealed record AuthorizationOptions
{
    /// <summary>
    /// True: the response types <c>id_token</c> and <c>code id_token</c> are offered, to clients for which they are switched on as well.
    /// Off, because a token in the browser can be read by more than the application (RFC 9700 §2.1.2).
    /// </summary>
    public bool IdTokenResponses { get; init; }
}
