using System.Globalization;
using System.Text.Json.Nodes;
using Sso.Accounts.People;
using Sso.Server.Api;
using Sso.Server.Http;

namespace Sso.Server.Scim;

/// <summary>Which attributes are told (RFC 7644 §3.9), and which part of a list (RFC 7644 §3.4.2.4).</summary>
internal sealed class ScimSelection
{
    public const int Most = 200;
    public const int Usual = 100;

    /// <summary>As the description names them.</summary>
    public static readonly string[] Parameters = ["attributes", "excludedAttributes"];

    private static readonly string[] Always = ["schemas", "id"];

    private readonly string[]? _only;
    private readonly string[] _without;

    private ScimSelection(string[]? only, string[] without) => (_only, _without) = (only, without);

    public static Result<ScimSelection, ApiError> Read(HttpContext http)
    {
        var (only, without) = (Names(http, Parameters[0]), Names(http, Parameters[1]));
        return only.Length > 0 && without.Length > 0
            ? ScimValues.Invalid("attributes", "Ask for some attributes, or for all but some.")
            : new ScimSelection(only.Length == 0 ? null : only, without);
    }

    /// <summary>A part of an attribute stands for all of it.</summary>
    public JsonObject Of(JsonObject user)
    {
        foreach (var name in user.Select(member => member.Key).ToList())
        {
            var isAsked = _only is null ? !_without.Contains(name, StringComparer.OrdinalIgnoreCase)
                : _only.Any(asked => asked.Split('.')[0].Equals(name, StringComparison.OrdinalIgnoreCase));
            if (!isAsked && !Always.Contains(name))
            {
                user.Remove(name);
            }
        }

        return user;
    }

    /// <summary>
    /// A start below 1 is 1, a count below 0 is 0, and one above the most is the most. A part far behind is asked for with the cursor of
    /// the part before it (RFC 9865 §2): counting to it would read all that is before.
    /// </summary>
    public static Result<PeopleRange, ApiError> ReadPage(HttpContext http)
    {
        if (Number(http, "startIndex", 1) is not { } start || Number(http, "count", Usual) is not { } count)
        {
            return ScimValues.Invalid("startIndex, count", "They are whole numbers.");
        }

        var (skip, take) = (Math.Max(start, 1) - 1, Math.Clamp(count, 0, Most));
        if (IsByCursor(http))
        {
            var cursor = http.Request.Query["cursor"].ToString();
            return cursor.Length == 0 ? new PeopleRange(After: null, Skip: 0, take, Count: true)
                : Guid.TryParseExact(ApiCursor.LastBefore(http, cursor), "N", out var last)
                    ? new PeopleRange(last, Skip: 0, take, Count: true)
                : ScimValues.Invalid("cursor", "It is not one of this list with these conditions.", "invalidCursor");
        }

        return skip < SearchPeople.MostCounted
            ? new PeopleRange(After: null, skip, take, Count: true)
            : ScimValues.Invalid(
                "startIndex", $"It reaches the first {SearchPeople.MostCounted}; ask with an empty cursor (RFC 9865) instead.", "tooMany");
    }

    /// <summary>Empty for the first part.</summary>
    public static bool IsByCursor(HttpContext http) => http.Request.Query.ContainsKey("cursor");

    private static string[] Names(HttpContext http, string parameter) =>
    [
        .. http.Request.Query[parameter].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(name => name.StartsWith(ScimUser.Schema + ":", StringComparison.OrdinalIgnoreCase)
                ? name[(ScimUser.Schema.Length + 1)..]
                : name),
    ];

    private static int? Number(HttpContext http, string parameter, int usual) => http.Request.Query[parameter].ToString() switch
    {
        "" => usual,
        var text when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };
}
