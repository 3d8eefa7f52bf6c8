using Microsoft.Extensions.Primitives;

namespace Sso.Server.Http;

/// <summary>
/// Of the cookies that arrive, only our own are passed on: with the exact name, and only once. A sibling or child host can set a cookie for
/// our host, in other letters or on another path, and nothing in the request tells which of two is ours: then neither counts, and the visit
/// begins again (RFC 6265 §8.6).
/// </summary>
internal sealed class OwnCookies(RequestDelegate next, CookieNames cookies)
{
    private readonly string[] _starts = [.. cookies.All.Select(name => name + "=")];

    public Task InvokeAsync(HttpContext http)
    {
        if (http.Request.Headers.Cookie is { Count: > 0 } sent)
        {
            http.Request.Headers.Cookie = Own(sent);
        }

        return next(http);
    }

    private StringValues Own(StringValues sent)
    {
        var pairs = sent.SelectMany(
            header => (header ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToList();
        var own = _starts
            .Select(start => pairs.Where(pair => pair.StartsWith(start, StringComparison.Ordinal)).ToList())
            .Where(found => found.Count == 1)
            .Select(found => found[0]);
        return string.Join("; ", own) is { Length: > 0 } kept ? kept : StringValues.Empty;
    }
}
