using Microsoft.Extensions.Primitives;
using Sso.Server.Http;

namespace Sso.Server.Api;

/// <summary>Which version of a thing the caller means to change (RFC 9110 §13.1.1).</summary>
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

    public bool Include(string tag) => _header.Count == 0 || Names(_header, tag);

    public static bool Names(StringValues header, string tag) => header.SelectMany(value => (value ?? "").Split(','))
        .Select(value => value.Trim()).Any(value => value == "*" || value == $"\"{tag}\"");
}
