namespace Sso.Server.Http;

/// <summary>Who we are. Section <c>Sso</c> of the configuration.</summary>
internal sealed record SsoOptions : IIssuerName
{
    internal const string Section = "Sso";

    /// <summary>The issuer identifier and public address (OIDC Discovery §3); never taken from the Host header.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>Addresses and networks of reverse proxies whose X-Forwarded-For and X-Forwarded-Proto count.</summary>
    public IReadOnlyList<string> TrustedProxies { get; init; } = [];

    /// <summary>Further names of this server besides those of issuer and brands, such as one that a proxy uses internally.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>
    /// True: applications may watch the session through one of our frames (OIDC Session Management). Off by default: it needs a cookie in a
    /// frame of another site, which most browsers refuse by now.
    /// </summary>
    public bool SessionManagement { get; init; }

    /// <summary>Where to report vulnerabilities: https:, mailto: or tel: addresses, the preferred first (RFC 9116 §2.5.3).</summary>
    public IReadOnlyList<string> SecurityContacts { get; init; } = [];

    /// <summary>The https address of the policy for people who look for vulnerabilities (RFC 9116 §2.5.7); null for none.</summary>
    public string? SecurityPolicy { get; init; }

    public Uri IssuerUri => new(Issuer);

    string IIssuerName.Value => Issuer;

    /// <summary>Where the developer of an application reads about an error (RFC 6749 §5.2).</summary>
    public string ErrorUri(OAuthError error) => $"{Issuer}/errors/{error.Id}";

    public bool IsHttps => Issuer.StartsWith("https://", StringComparison.Ordinal);
}
