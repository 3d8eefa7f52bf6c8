using Microsoft.Extensions.Primitives;
using Sso.Server.Http;

namespace Sso.Server.Api;

/// <summary>Which version of a thing the caller means to change (RFC 9110 §13.1.1), or has already.</summary>
internal sealed class SeenTags
{
    private readonly StringValues _header;

    private SeenTags(StringValues header) => _header = header;

    /// <param name="http">The request.</param>
    /// <param name="isRequired">True: whoever names no version is told to (RFC 6585 §3).</param>
    public static Result<SeenTags, ApiError> Read(HttpContext http, bool isRequired)
    {
        var header = http.Request.Headers.IfMatch;
        return isRequired && header.Count == 0
            ? new ApiError(
                StatusCodes.Status428PreconditionRequired,
                "Send the ETag that you read as If-Match, so that nobody's change is overwritten; or If-Match: * to change it as it is.")
            : new SeenTags(header);
    }

    /// <summary>Compared strongly: what a weak tag names may have changed (RFC 9110 §13.1.1).</summary>
    public bool Include(string tag) => _header.Count == 0 || TagsOf(_header).Any(value => value == "*" || value == $"\"{tag}\"");

    /// <summary>
    /// True if the caller has this version already; compared weakly, as proxies weaken the tag of what they compress (RFC 9110 §13.1.2).
    /// </summary>
    public static bool Knows(HttpContext http, string tag) => TagsOf(http.Request.Headers.IfNoneMatch)
        .Any(value => value == "*" || value == $"\"{tag}\"" || value == $"W/\"{tag}\"");

    private static IEnumerable<string> TagsOf(StringValues header) =>
        header.SelectMany(value => (value ?? "").Split(',')).Select(value => value.Trim());
}
