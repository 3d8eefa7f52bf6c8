using System.Collections.Immutable;
using Sso.Protocol;
using Sso.Protocol.Clients;

namespace Sso.Admin.Clients;

/// <summary>The wish for a client: what <see cref="AddClient"/> is asked.</summary>
public sealed record NewClient
{
    public required string ClientId { get; init; }

    /// <summary>What people read on the sign-in page.</summary>
    public required string Name { get; init; }

    public required ClientType Type { get; init; }

    /// <summary>May be empty: some products tell their address only after they got their id. Such a client cannot sign anyone in yet.</summary>
    public ImmutableArray<string> RedirectUris { get; init; } = [];

    public ImmutableArray<string> PostLogoutRedirectUris { get; init; } = [];

    /// <summary>Empty for a single-page application: taken from its redirect URIs.</summary>
    public ImmutableArray<string> Origins { get; init; } = [];

    /// <summary>Added to the usual ones of the type.</summary>
    public ImmutableArray<string> Scopes { get; init; } = [];

    public SecondFactorPolicy SecondFactor { get; init; } = SecondFactorPolicy.Required;

    public int GraceSignIns { get; init; }

    public bool AcceptsTextMessages { get; init; } = true;

    /// <summary>True: people without a second factor may use a code sent to their confirmed address instead.</summary>
    public bool AcceptsMailCodes { get; init; }

    /// <summary>True: people may have a browser remembered, which spares it the second factor for 30 days.</summary>
    public bool AcceptsTrustedDevices { get; init; }

    /// <summary>True: people allow it once, and again when it asks for more.</summary>
    public bool ConsentRequired { get; init; }

    /// <summary>Where it hears that a session is over, from server to server (Back-Channel Logout §2.2).</summary>
    public string? BackchannelLogoutUri { get; init; }

    /// <summary>What the browser loads when a session is over (Front-Channel Logout §2).</summary>
    public string? FrontchannelLogoutUri { get; init; }

    /// <summary>True: iss and sid are added to it.</summary>
    public bool FrontchannelLogoutSessionRequired { get; init; }

    /// <summary>Where a sign-in that begins here starts (OIDC Core §4).</summary>
    public string? InitiateLoginUri { get; init; }

    /// <summary>Its picture, of which a copy is kept.</summary>
    public string? LogoUri { get; init; }

    /// <summary>True: people have a subject of their own at each sector (OIDC Core §8.1).</summary>
    public bool Pairwise { get; init; }

    /// <summary>The file that names the redirect URIs of the sector; null: the host of the redirect URIs is the sector.</summary>
    public string? SectorIdentifierUri { get; init; }

    /// <summary>True: it may ask people through a back channel, who answer in the account area (CIBA Core).</summary>
    public bool AsksByBackchannel { get; init; }

    /// <summary>Where it is told of the answer (ping mode), which allows the back channel too; null: it polls.</summary>
    public string? NotificationUri { get; init; }

    /// <summary>The resources for which it may exchange the tokens that it is called with (RFC 8693); empty: none.</summary>
    public ImmutableArray<string> ExchangeTargets { get; init; } = [];

    /// <summary>Null: that of the host.</summary>
    public string? BrandId { get; init; }

    public string IdTokenSigningAlgorithm { get; init; } = SigningAlgorithms.RS256;

    public string IntrospectionSigningAlgorithm { get; init; } = SigningAlgorithms.RS256;

    public bool RequirePkce { get; init; } = true;

    /// <summary>How it proves itself; null for what is usual for its type: a secret in the header, or nothing.</summary>
    public ClientAuthenticationMethod? AuthenticationMethod { get; init; }

    /// <summary>A set of rules that it keeps as a whole; <see cref="FapiRules"/> fills in what follows.</summary>
    public ClientProfile Profile { get; init; }

    /// <summary>True: tokens only with a DPoP proof (RFC 9449 §5.2).</summary>
    public bool DpopBound { get; init; }

    /// <summary>True: tokens are bound to the certificate that it shows (RFC 8705 §3.4).</summary>
    public bool CertificateBound { get; init; }

    /// <summary>What its certificate is issued to, such as <c>san_dns=shop.example</c> (RFC 8705 §2.1.2).</summary>
    public string? TlsSubject { get; init; }

    /// <summary>Its public keys by value: the JSON of a key set (RFC 7517 §5).</summary>
    public string? Jwks { get; init; }

    /// <summary>Where its public keys are fetched, instead of <see cref="Jwks"/>.</summary>
    public string? JwksUri { get; init; }

    /// <summary>True: authorization requests that were not pushed are refused (RFC 9126 §6).</summary>
    public bool RequiresPushedRequests { get; init; }

    /// <summary>The types of authorization_details that it may ask for (RFC 9396 §10).</summary>
    public ImmutableArray<string> AuthorizationDetailTypes { get; init; } = [];

    /// <summary>Where the server may fetch request objects, without fragments (RFC 9101 §5.2).</summary>
    public ImmutableArray<string> RequestUris { get; init; } = [];

    /// <summary>Null: any that the server takes.</summary>
    public string? RequestObjectSigningAlgorithm { get; init; }

    /// <summary>True: authorization requests that are not signed are refused (RFC 9101 §10.5).</summary>
    public bool RequiresSignedRequests { get; init; }

    /// <summary>Null: userinfo answers plain JSON.</summary>
    public string? UserInfoSigningAlgorithm { get; init; }

    /// <summary>Null: not encrypted.</summary>
    public TokenEncryption? UserInfoEncryption { get; init; }

    /// <summary>Likewise.</summary>
    public TokenEncryption? IdTokenEncryption { get; init; }

    /// <summary>True: ID tokens may come back through the browser (OIDC Core §3.2, §3.3).</summary>
    public bool AllowsIdTokenResponses { get; init; }

    /// <summary>True: ID tokens of the token endpoint carry the claims of the granted scopes too (OIDC Core §5.4).</summary>
    public bool IdTokenClaims { get; init; }

    /// <summary>Of signed answers (JARM §3).</summary>
    public string AuthorizationSigningAlgorithm { get; init; } = SigningAlgorithms.RS256;
}
