using System.Text.Json;
using System.Text.RegularExpressions;
using Sso.Accounts.People;
using Sso.Server.Api;
using Sso.Server.Http;

namespace Sso.Server.Scim;

/// <summary>Filters of RFC 7644 §3.4.2.2, as far as they are supported: eq and sw, joined by and.</summary>
internal static partial class ScimFilter
{
    private const int Longest = 1000;
    private const int MostConditions = 10;

    private static readonly Dictionary<string, PersonField> Fields = new(StringComparer.OrdinalIgnoreCase)
    {
        ["id"] = PersonField.Sub,
        ["userName"] = PersonField.UserName,
        ["emails"] = PersonField.Email,
        ["emails.value"] = PersonField.Email,
        ["externalId"] = PersonField.ExternalId,
        ["active"] = PersonField.Active,
    };

    /// <summary>Empty for no filter.</summary>
    public static Result<List<PersonCondition>, ApiError> Parse(string filter)
    {
        var conditions = new List<PersonCondition>();
        if (string.IsNullOrWhiteSpace(filter))
        {
            return conditions;
        }

        for (var rest = filter.Trim(); rest.Length > 0;)
        {
            if (filter.Length > Longest || conditions.Count == MostConditions || Condition().Match(rest) is not { Success: true } match
                || Read(match) is not { } condition)
            {
                return Unsupported;
            }

            conditions.Add(condition);
            rest = rest[match.Length..];
            // What follows an "and" has to be a condition.
            if (match.Groups["and"].Success == (rest.Length == 0))
            {
                return Unsupported;
            }
        }

        return conditions;
    }

    private static ApiError Unsupported { get; } = new(
        StatusCodes.Status400BadRequest,
        "Filters compare userName, emails, externalId, id and active by eq, the first two also by sw, joined by and.")
    {
        ScimType = "invalidFilter",
    };

    private static PersonCondition? Read(Match match)
    {
        var name = match.Groups["attribute"].Value;
        name = name.StartsWith(ScimUser.Schema + ":", StringComparison.OrdinalIgnoreCase) ? name[(ScimUser.Schema.Length + 1)..] : name;
        var isPrefix = match.Groups["operator"].Value.Equals("sw", StringComparison.OrdinalIgnoreCase);
        var written = match.Groups["value"].Value;
        if (!Fields.TryGetValue(name, out var field)
            || (isPrefix && field is PersonField.Sub or PersonField.ExternalId or PersonField.Active))
        {
            return null;
        }

        if (field == PersonField.Active)
        {
            return written[0] == '"' ? null : new(field, isPrefix, written.ToLowerInvariant());
        }

        return written[0] == '"' && TextOf(written) is { } text && ApiBody.IsText(text) ? new(field, isPrefix, text) : null;
    }

    private static string? TextOf(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.GetString();
        }
        // The second for half a character.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    [GeneratedRegex(
        """^(?<attribute>[A-Za-z][\w:.$-]*) +(?<operator>eq|sw) +(?<value>true|false|"(?:[^"\\]|\\.)*")(?:(?<and> +and +)| *$)""",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Condition();
}
