using System.Buffers.Text;
using System.Security.Cryptography;

namespace Sso.Server.Http;

/// <summary>The headers of every answer: a closed Content-Security-Policy with a nonce per response, no framing, no sniffing, no referrer.</summary>
public sealed class SecurityHeaders(RequestDelegate next, SsoOptions options)
{
    public const string NonceKey = "csp-nonce";
    private const string FormTargetKey = "csp-form-target";

    public async Task InvokeAsync(HttpContext http)
    {
        var nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        http.Items[NonceKey] = nonce;
        http.Response.OnStarting(() =>
        {
            var headers = http.Response.Headers;
            headers.ContentSecurityPolicy =
                $"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; "
                + $"form-action {FormAction(http)}; frame-ancestors 'none'; base-uri 'none'; object-src 'none'";
            headers.XFrameOptions = "DENY";
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            if (headers["Cross-Origin-Resource-Policy"].Count == 0)
            {
                headers["Cross-Origin-Resource-Policy"] = "same-origin";
            }

            headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), otp-credentials=(self), "
                + "publickey-credentials-get=(self), publickey-credentials-create=(self), clipboard-write=(self)";
            if (options.IsHttps)
            {
                headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
            }

            if (headers.CacheControl.Count == 0)
            {
                headers.CacheControl = "no-store";
            }

            return Task.CompletedTask;
        });
        await next(http);
    }

    /// <summary>
    /// Chromium applies form-action to every hop of the redirect chain that follows a form post, so a page of a flow must also name where the flow ends.
    /// </summary>
    public static void AllowFormTarget(HttpContext http, string redirectUri)
    {
        var uri = new Uri(redirectUri);
        http.Items[FormTargetKey] = uri.Scheme is "https" ? "https:"
            : uri.Scheme is "http" ? $"https: {uri.GetLeftPart(UriPartial.Authority)}"
            : $"https: {uri.Scheme}:";
    }

    private static string FormAction(HttpContext http) => http.Items[FormTargetKey] is string target ? $"'self' {target}" : "'self'";
}
