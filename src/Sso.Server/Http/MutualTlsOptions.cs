namespace Sso.Server.Http;

/// <summary>Certificates of clients (RFC 8705). Section <c>MutualTls</c> of the configuration; off by default.</summary>
internal sealed record MutualTlsOptions
{
    public bool Enabled { get; init; }

    /// <summary>The https address, without a slash, at which clients show certificates (RFC 8705 §5); null if it is the issuer's.</summary>
    public string? Address { get; init; }

    /// <summary>
    /// The header in which a reverse proxy of <c>Sso:TrustedProxies</c> passes the certificate on: <c>Client-Cert</c> (RFC 9440) or a PEM
    /// with percent encoding. Null if TLS ends here.
    /// </summary>
    public string? ProxyHeader { get; init; }

    /// <summary>A PEM file of the authorities whose certificates count for tls_client_auth.</summary>
    public string? AuthoritiesFile { get; init; }

    /// <summary>Our addresses to which a request may have been sent.</summary>
    public IEnumerable<string> Addresses(SsoOptions sso) => Enabled && Address is not null ? [sso.Issuer, Address] : [sso.Issuer];
}
