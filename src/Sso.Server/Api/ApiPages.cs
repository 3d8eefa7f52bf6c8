using System.Buffers.Text;
using System.Globalization;
using System.Text;
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

    public static Result<ApiPage, ApiError> Read(HttpContext http)
    {
        var (cursor, limit, count) = (http.Request.Query["cursor"].ToString(), http.Request.Query["limit"].ToString(), Usual);
        if (limit.Length > 0
            && !(int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count is >= 1 and <= Most))
        {
            return ApiBody.Invalid([new("limit", $"It is not a number from 1 to {Most}.", "Leave it out.")]);
        }

        return cursor.Length == 0 ? new ApiPage(null, count)
            : LastBefore(cursor) is { } after ? new ApiPage(after, count)
            : BadCursor;
    }

    public static ApiError BadCursor { get; } =
        ApiBody.Invalid([new("cursor", "It is not one of ours.", "Take it as it stands from the answer before, or start without.")]);

    /// <summary>Where the next page begins, for callers to hand back as it stands.</summary>
    public static string CursorAfter(string last) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(last));

    /// <summary>Null for a cursor that is none of ours.</summary>
    public static string? LastBefore(string cursor)
    {
        if (!Base64Url.IsValid(cursor) || cursor.Length > 1000)
        {
            return null;
        }

        var after = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        return CursorAfter(after) == cursor && ApiBody.IsText(after) ? after : null;
    }
}
