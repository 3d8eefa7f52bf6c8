namespace Sso.Admin.Registrations;

/// <summary>
/// Whether applications may register themselves, and as what (RFC 7591). Section <c>Registration</c> of the configuration.
/// </summary>
public sealed record RegistrationPolicy
{
    /// <summary>Off unless an operator switches it on.</summary>
    public bool Enabled { get; init; }

    /// <summary>True: anybody may register, without an initial access token.</summary>
    public bool WithoutToken { get; init; }

    /// <summary>What may be asked for: the code flow with refresh tokens, unless an operator says otherwise.</summary>
    public IReadOnlyList<string> GrantTypes { get; init; } = [Protocol.GrantTypes.AuthorizationCode, Protocol.GrantTypes.RefreshToken];

    /// <summary>Those that bring an ID token through the browser must be switched on for the server too.</summary>
    public IReadOnlyList<string> ResponseTypes { get; init; } = [Protocol.Authorization.ResponseTypes.Code];

    /// <summary>By default those in which nobody needs a certificate and no secret is kept that could be read.</summary>
    public IReadOnlyList<string> AuthenticationMethods { get; init; } =
        ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];

    public IReadOnlyList<string> Scopes { get; init; } =
        [Protocol.Scopes.OpenId, Protocol.Scopes.Profile, Protocol.Scopes.Email, Protocol.Scopes.OfflineAccess];

    /// <summary>The most self-registered clients there may be in all.</summary>
    public int MostClients { get; init; } = 1000;

    /// <summary>Hosts whose metadata documents are accepted as clients (Client ID Metadata Document); empty switches it off.</summary>
    public IReadOnlyList<string> DocumentHosts { get; init; } = [];

    /// <summary>
    /// Exact <c>host:port</c> that these applications may make the server call although it is internal, also by http. Empty by default:
    /// whoever may register could otherwise aim at the operator's own network.
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>
    /// Then an application may name implicit among its grant types, whether or not they list it: the word is not a grant.
    /// </summary>
    public bool BringsIdTokens => ResponseTypes.Any(Protocol.Authorization.ResponseTypes.WithIdToken.Contains);
}
