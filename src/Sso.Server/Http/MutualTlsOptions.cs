namespace Sso.Server.Http;

/// <summary>Certificates of clients (RFC 8705). Section <c>MutualTls</c> of the configuration; off unless it is switched on.</summary>
public sealed record MutualTlsOptions
{
    public bool Enabled { get; init; }

    /// <summary>
    /// The https address, without a slash at its end, under which clients show certificates (RFC 8705 §5); null where it is the issuer's.
    /// </summary>
    public string? Address { get; init; }

    /// <summary>
    /// The header in which a reverse proxy of <c>Sso:TrustedProxies</c> hands the certificate on: <c>Client-Cert</c> (RFC 9440) or a PEM
    /// with percent encoding. Null where TLS ends here.
    /// </summary>
    public string? ProxyHeader { get; init; }

    /// <summary>A PEM file of the authorities whose certificates count for tls_client_auth.</summary>
    public string? AuthoritiesFile { get; init; }

    /// <summary>The addresses of ours that a request may have been sent to.</summary>
    public IEnumerable<string> Addresses(SsoOptions sso) => Enabled && Address is not null ? [sso.Issuer, Address] : [sso.Issuer];
}
