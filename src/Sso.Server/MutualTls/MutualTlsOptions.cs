using System.Text;
using Sso.Server.Http;

namespace Sso.Server.MutualTls;

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

    public string? Problem(SsoOptions sso) => this switch
    {
        { Enabled: false } => null,
        { Address: { } address } when !Uri.TryCreate(address, UriKind.Absolute, out var uri)
            || uri.Scheme != "https" || uri.AbsolutePath != "/" || address.EndsWith('/') =>
            $"MutualTls:Address is \"{address}\": it must be https, host and port only, without a slash at the end.",
        { Address: { } address } when !Ascii.IsValid(address) =>
            $"MutualTls:Address is \"{address}\": write the host as browsers send it, {new Uri(address).IdnHost}.",
        { ProxyHeader: not null } when sso.TrustedProxies.Count == 0 =>
            "MutualTls:ProxyHeader is set, and Sso:TrustedProxies is empty: anybody could write that header. Name the proxies.",
        { AuthoritiesFile: { } file } when !File.Exists(file) => $"MutualTls:AuthoritiesFile is \"{file}\", and there is no such file.",
        _ => null,
    };
}
