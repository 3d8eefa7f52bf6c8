using System.Text.Json.Nodes;
using Sso.Data.Operations;

namespace Sso.Admin;

/// <summary>
/// What an operator changed, for the record: each field with its value before and after. Callers leave out secrets and what is personal.
/// </summary>
internal static class Changes
{
    public static string Of(params ReadOnlySpan<(string Field, JsonNode? Before, JsonNode? After)> fields)
    {
        var changes = new JsonObject();
        foreach (var (field, before, after) in fields)
        {
            changes[field] = new JsonArray(before, after);
        }

        return Cut(changes.ToJsonString());
    }

    /// <summary>A whole registration, added or removed.</summary>
    public static string Of(JsonNode? before, JsonNode? after) =>
        Cut(new JsonObject { ["before"] = before, ["after"] = after }.ToJsonString());

    /// <summary>What is longer than the column is told by its beginning.</summary>
    private static string Cut(string json) => json.Length <= SecurityEvent.LongestChanges ? json : json[..SecurityEvent.LongestChanges];
}
