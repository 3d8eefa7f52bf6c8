using System.Buffers.Text;
using System.Security.Cryptography;

namespace Sso.Server.Http;

/// <summary>The headers of every answer: a closed content policy with a nonce each, no framing, no sniffing, no referrer.</summary>
internal sealed class SecurityHeaders(RequestDelegate next, SsoOptions options)
{
    public const string NonceKey = "csp-nonce";
    private const string LeavingFormsKey = "csp-leaving-forms";
    private const string FramesKey = "csp-frames";
    private const string AncestorsKey = "csp-ancestors";
    private const string MailKey = "csp-mail";

    public async Task InvokeAsync(HttpContext http)
    {
        var nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        http.Items[NonceKey] = nonce;
        http.Response.OnStarting(() =>
        {
            var headers = http.Response.Headers;
            if (headers.ContentSecurityPolicy.Count > 0)
            {
                Framed(headers);
                DemandHttps(headers);
                return Task.CompletedTask;
            }

            headers.ContentSecurityPolicy = http.Items[MailKey] is true
                ? "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'self'; form-action 'none'; "
                    + "base-uri 'none'"
                : $"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
                    + "manifest-src 'self'; "
                    + $"{Frames(http)}{FormAction(http)}frame-ancestors {Ancestors(http) ?? "'none'"}; base-uri 'none'; object-src 'none'";
            if (Ancestors(http) is null)
            {
                headers.XFrameOptions = http.Items[MailKey] is true ? "SAMEORIGIN" : "DENY";
            }

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
    /// For a page whose forms lead to this address. Chromium applies form-action to every hop of the redirects that follow a form post, and
    /// what an application does with its answer is its own business: it may go on to another port, to http behind its proxy, or to a
    /// program by a scheme of its own (RFC 8252 §7.1, §7.3). No list can name all that, so the directive is left out if a form leads to an
    /// application.
    /// </summary>
    public static void AllowFormTarget(HttpContext http, string uri)
    {
        var own = http.RequestServices.GetRequiredService<SsoOptions>();
        http.Items[LeavingFormsKey] = !uri.StartsWith(own.Issuer + "/", StringComparison.Ordinal);
    }

    /// <summary>Lets this page load frames of exactly these origins.</summary>
    public static void AllowFrames(HttpContext http, IEnumerable<string> uris) => http.Items[FramesKey] = Sources(uris);

    /// <summary>
    /// For the page that posts an answer to an application: a silent request is made in a frame of the application (OIDC Core §3.1.2.1),
    /// and the page shows nothing that could be clicked by mistake.
    /// </summary>
    public static void AllowFramingBy(HttpContext http, IEnumerable<string> uris) => http.Items[AncestorsKey] = Sources(uris);

    /// <summary>For a page that shows mails in frames.</summary>
    public static void AllowOwnFrames(HttpContext http) => http.Items[FramesKey] = "'self'";

    /// <summary>For a mail in a frame of one of our pages: it brings its own styles, and nothing in it runs.</summary>
    public static void AllowMail(HttpContext http) => http.Items[MailKey] = true;

    /// <summary>The one page that other sites load in a frame brings its own policy, and has none of the other headers of a page.</summary>
    private static void Framed(IHeaderDictionary headers)
    {
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

    private static string Frames(HttpContext http) =>
        http.Items[FramesKey] is string { Length: > 0 } origins ? $"frame-src {origins}; " : "";

    private static string FormAction(HttpContext http) => http.Items[LeavingFormsKey] is true ? "" : "form-action 'self'; ";

    private static string? Ancestors(HttpContext http) => http.Items[AncestorsKey] is string { Length: > 0 } origins ? origins : null;

    /// <summary>The grammar of a source has no IPv6 addresses, so the scheme is used instead.</summary>
    private static string Sources(IEnumerable<string> uris) => string.Join(' ', uris.Select(uri => new Uri(uri))
        .Where(uri => uri.Scheme is "https" or "http")
        .Select(uri => uri.HostNameType == UriHostNameType.IPv6 ? uri.Scheme + ":" : HostSpelling.OriginOf(uri))
        .Distinct(StringComparer.Ordinal));
}
