using System.Buffers.Text;
using System.Security.Cryptography;

namespace Sso.Server.Http;

/// <summary>The headers of every answer: a closed Content-Security-Policy with a nonce per response, no framing, no sniffing, no referrer.</summary>
public sealed class SecurityHeaders(RequestDelegate next, SsoOptions options)
{
    public const string NonceKey = "csp-nonce";
    private const string FormTargetKey = "csp-form-target";
    private const string FramesKey = "csp-frames";
    private const string FrameScriptKey = "csp-frame-script";

    public async Task InvokeAsync(HttpContext http)
    {
        var nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        http.Items[NonceKey] = nonce;
        http.Response.OnStarting(() =>
        {
            var headers = http.Response.Headers;
            if (http.Items[FrameScriptKey] is string script)
            {
                Framed(headers, script);
                DemandHttps(headers);
                return Task.CompletedTask;
            }

            headers.ContentSecurityPolicy =
                $"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; "
                + $"{Frames(http)}form-action {FormAction(http)}; frame-ancestors 'none'; base-uri 'none'; object-src 'none'";
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
            DemandHttps(headers);
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

    /// <summary>Lets this page load frames of exactly these origins.</summary>
    public static void AllowFrames(HttpContext http, IEnumerable<string> uris) =>
        http.Items[FramesKey] = string.Join(' ', uris.Select(uri => new Uri(uri).GetLeftPart(UriPartial.Authority)).Distinct(StringComparer.Ordinal));

    /// <summary>For the one page that other sites load in a frame: nothing but this script runs there, and it has no other headers of a page.</summary>
    public static void AllowFraming(HttpContext http, string scriptHash) => http.Items[FrameScriptKey] = scriptHash;

    private static void Framed(IHeaderDictionary headers, string script)
    {
        headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src '{script}'; frame-ancestors https: http://localhost:* http://127.0.0.1:*; form-action 'none'; base-uri 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), otp-credentials=(), "
            + "publickey-credentials-get=(), publickey-credentials-create=(), clipboard-write=()";
    }

    private void DemandHttps(IHeaderDictionary headers)
    {
        if (options.IsHttps)
        {
            headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        }
    }

    private static string Frames(HttpContext http) => http.Items[FramesKey] is string { Length: > 0 } origins ? $"frame-src {origins}; " : "";

    private static string FormAction(HttpContext http) => http.Items[FormTargetKey] is string target ? $"'self' {target}" : "'self'";
}
