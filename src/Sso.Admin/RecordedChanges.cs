using System.Text.Json.Nodes;

namespace Sso.Admin;

/// <summary>
/// What an operator changed, for the record: each field with its value before and after. Callers leave out secrets and personal data.
/// </summary>
public static class RecordedChanges
{
    public static JsonObject Of(params ReadOnlySpan<(string Field, JsonNode? Before, JsonNode? After)> fields)
    {
        var changes = new JsonObject();
        foreach (var (field, before, after) in fields)
        {
            changes[field] = new JsonArray(Written(before), Written(after));
        }

        return changes;
    }

    private static JsonNode? Written(JsonNode? value) =>
        value is JsonValue single && single.TryGetValue<DateTimeOffset>(out var time) ? WrittenTime.Of(time) : value;

    /// <summary>A whole registration, added or removed.</summary>
    public static JsonObject Of(JsonNode? before, JsonNode? after) => new() { ["before"] = before, ["after"] = after };
}
