using System.Buffers.Text;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace Sso.Server.Api;

/// <summary>
/// Where the next page of a list begins, for callers to hand back as it stands. It holds for the list and the conditions that it was given
/// for: with others it would pass over rows, and nobody would notice (RFC 9865 §2 says the same of SCIM).
/// </summary>
internal static class ApiCursor
{
    private const int Longest = 1000;
    private const char AfterMark = '\n';

    /// <summary>What may differ from page to page: none of it decides who is found.</summary>
    private static readonly FrozenSet<string> Free = new[] { "cursor", "limit", "count", "startIndex", "attributes", "excludedAttributes" }
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static string After(HttpContext http, string last) => Write(MarkOf(http) + AfterMark + last);

    /// <summary>The last of the page before; null for a cursor that is none of ours, or one of another list or other conditions.</summary>
    public static string? LastBefore(HttpContext http, string cursor) =>
        Read(cursor) is { } text && text.StartsWith(MarkOf(http) + AfterMark, StringComparison.Ordinal)
            ? text[(text.IndexOf(AfterMark, StringComparison.Ordinal) + 1)..]
            : null;

    /// <summary>Of a list without conditions to which is only added: programs keep it, and go on from it years later.</summary>
    public static string Lasting(string last) => Write(last);

    public static string? LastBeforeLasting(string cursor) => Read(cursor);

    private static string Write(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string? Read(string cursor)
    {
        if (!Base64Url.IsValid(cursor) || cursor.Length > Longest)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        return Write(text) == cursor && ApiBody.IsText(text.Replace($"{AfterMark}", "", StringComparison.Ordinal)) ? text : null;
    }

    private static string MarkOf(HttpContext http)
    {
        var conditions = http.Request.Query.Where(parameter => !Free.Contains(parameter.Key))
            .Select(parameter => $"{parameter.Key.ToLowerInvariant()}={parameter.Value}").Order(StringComparer.Ordinal);
        var list = string.Join(AfterMark, conditions.Prepend(http.Request.Path.Value));
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(list)).AsSpan(0, 9));
    }
}
