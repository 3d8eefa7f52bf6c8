using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sso.Extensions.Host;
using Sso.Protocol.Tokens;
using Sso.Server.Http;

namespace Sso.Server.MutualTls;

/// <summary>The certificate that a client presented with its connection, and what it proves (RFC 8705 §2, §3).</summary>
internal sealed class ClientCertificates(MutualTlsOptions options, ClientKeys keys, TimeProvider clock)
{
    private const string ClientUsage = "1.3.6.1.5.5.7.3.2";
    private readonly X509Certificate2Collection _authorities = AuthoritiesOf(options);

    /// <summary>Null without one, and always if mutual TLS is off.</summary>
    public X509Certificate2? Of(HttpContext http) => !options.Enabled ? null
        : options.ProxyHeader is not null ? http.Items[ProxyCertificates.Item] as X509Certificate2
        : http.Connection.ClientCertificate;

    /// <summary>RFC 8705 §3.1.</summary>
    public static SenderConstraint SenderOf(X509Certificate2 certificate) =>
        new(SenderConstraint.Certificate, Base64Url.EncodeToString(SHA256.HashData(certificate.RawData)));

    /// <summary>Why the certificate does not authenticate the client, for the log; null if it does.</summary>
    public async Task<string?> RefusalAsync(HttpContext http, Client client, CancellationToken cancellation)
    {
        if (Of(http) is not { } certificate)
        {
            return "no certificate";
        }

        var now = clock.GetUtcNow().UtcDateTime;
        if (certificate.NotBefore.ToUniversalTime() > now || certificate.NotAfter.ToUniversalTime() < now)
        {
            return "a certificate past its life";
        }

        if (client.AuthenticationMethod == ClientAuthenticationMethod.SelfSignedTlsClientAuth)
        {
            return await IsRegisteredAsync(certificate, client, cancellation) ? null : "not a certificate of its key set";
        }

        return TlsSubject.Parse(client.TlsSubject)?.IsOf(certificate) != true ? "issued to somebody else"
            : IsOfAuthority(certificate, now) ? null : "not issued by an authority of ours";
    }

    /// <summary>RFC 8705 §2.2: the authority does not matter, the certificate itself is registered.</summary>
    private async Task<bool> IsRegisteredAsync(X509Certificate2 certificate, Client client, CancellationToken cancellation)
    {
        var shown = Convert.ToBase64String(certificate.RawData);
        var known = await keys.FindAsync(client, wanted: null, cancellation);
        return Holds(known, shown) || Holds(await keys.RenewAsync(client, certificate.Thumbprint, known, cancellation), shown);
    }

    private static X509Certificate2Collection AuthoritiesOf(MutualTlsOptions options)
    {
        X509Certificate2Collection authorities = [];
        if (options is { Enabled: true, AuthoritiesFile: { } file })
        {
            authorities.ImportFromPemFile(file);
        }

        return authorities;
    }

    private static bool Holds(ClientKeySet? keys, string certificate) =>
        keys?.Keys.Any(key => key.X5c is [var registered, ..] && registered == certificate) == true;

    private bool IsOfAuthority(X509Certificate2 certificate, DateTime now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = now;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientUsage));
        return _authorities.Count > 0 && chain.Build(certificate);
    }
}
