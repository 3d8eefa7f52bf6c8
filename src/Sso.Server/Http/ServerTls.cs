using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Sso.Server.Http;

/// <summary>TLS if it ends in this server: 1.3, and of 1.2 only what BCP 195 recommends (RFC 9325 §3.1.1, §4.2).</summary>
internal static class ServerTls
{
    private static readonly TlsCipherSuite[] Suites =
    [
        TlsCipherSuite.TLS_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    ];

    /// <param name="https">Of every endpoint.</param>
    /// <param name="asksForCertificate"> Any certificate may be presented: the registration of the client says which one proves what (RFC
    /// 8705 §2.2).
    /// </param>
    public static void Configure(HttpsConnectionAdapterOptions https, bool asksForCertificate)
    {
        https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        // Windows takes its suites from the machine's policy and refuses a list.
        if (!OperatingSystem.IsWindows())
        {
            var policy = new CipherSuitesPolicy(Suites);
            https.OnAuthenticate = (_, tls) => tls.CipherSuitesPolicy = policy;
        }

        if (asksForCertificate)
        {
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.AllowAnyClientCertificate();
        }
    }
}
