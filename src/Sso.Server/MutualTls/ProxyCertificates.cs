using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sso.Server.Http;

namespace Sso.Server.MutualTls;

/// <summary>The certificate in a header, before anything looks at the request: it counts from a trusted proxy, else is dropped.</summary>
internal sealed partial class ProxyCertificates(
    RequestDelegate next, MutualTlsOptions options, TrustedProxies proxies, ILogger<ProxyCertificates> log)
{
    public const string Item = "client certificate";

    public Task InvokeAsync(HttpContext http)
    {
        if (http.Request.Headers.Remove(options.ProxyHeader!, out var header)
            && http.Connection.RemoteIpAddress is { } peer && proxies.Contains(peer)
            && header is [{ Length: > 0 } text]
            && Read(text) is { } certificate)
        {
            http.Items[Item] = certificate;
            http.Response.RegisterForDispose(certificate);
        }

        return next(http);
    }

    /// <summary>RFC 9440 §2.1: a byte sequence between colons; otherwise what common proxies write.</summary>
    private X509Certificate2? Read(string text)
    {
        try
        {
            return text is [':', .., ':']
                ? X509CertificateLoader.LoadCertificate(Convert.FromBase64String(text[1..^1]))
                : X509Certificate2.CreateFromPem(Uri.UnescapeDataString(text));
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException or ArgumentException)
        {
            Unreadable(log, exception, options.ProxyHeader!);
            return null;
        }
    }

    [LoggerMessage(
        EventId = 1211, Level = LogLevel.Warning,
        Message = "The header {Header} of the proxy holds no certificate that can be read, so the client shows none")]
    private static partial void Unreadable(ILogger log, Exception exception, string header);
}
