using Microsoft.Extensions.Primitives;

namespace ClientArea;

/// <summary>A closed policy for every page: nothing inline, nothing from elsewhere, no framing.</summary>
internal sealed class SecurityHeaders(RequestDelegate next, ClientAreaSettings settings)
{
    // The sign-out form ends, by way of redirects, at Sso; Chromium applies form-action to every hop.
    private readonly string _policy =
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        + $"form-action 'self' {new Uri(settings.Authority).GetLeftPart(UriPartial.Authority)}";

    public Task InvokeAsync(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = _policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        http.Response.OnStarting(() =>
        {
            if (StringValues.IsNullOrEmpty(headers.CacheControl))
            {
                headers.CacheControl = "no-store";
            }

            return Task.CompletedTask;
        });
        return next(http);
    }
}
