using System.Globalization;
using Sso.Server.Http;

namespace Sso.Server.Api;

/// <summary>Which part of a list is asked for.</summary>
/// <param name="After">What the cursor stands for: the last of the former page; null for the first.</param>
/// <param name="Limit">So many at most.</param>
internal sealed record ApiPage(string? After, int Limit)
{
    public const int Most = 200;
    private const int Usual = 50;

    /// <summary>The parameters, as the description names them.</summary>
    public static readonly IReadOnlyList<string> Names = ["cursor", "limit"];

    /// <param name="http">The request.</param>
    /// <param name="isLasting">The cursor is one that programs keep.</param>
    public static Result<ApiPage, ApiError> Read(HttpContext http, bool isLasting = false)
    {
        var (cursor, limit, count) = (http.Request.Query["cursor"].ToString(), http.Request.Query["limit"].ToString(), Usual);
        if (limit.Length > 0
            && !(int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count is >= 1 and <= Most))
        {
            return ApiBody.Invalid([new("limit", $"It is not a number from 1 to {Most}.", "Leave it out.")]);
        }

        if (cursor.Length == 0)
        {
            return new ApiPage(null, count);
        }

        var last = isLasting ? ApiCursor.LastBeforeLasting(cursor) : ApiCursor.LastBefore(http, cursor);
        return last is null ? BadCursor : new ApiPage(last, count);
    }

    public static ApiError BadCursor { get; } = ApiBody.Invalid(
    [
        new(
            "cursor", "It is not one of this list with these conditions.",
            "Take it as it stands from the answer before, or start without."),
    ]);
}
