using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Sso.Admin.Files;

/// <summary>
/// A registration as a file says it: the fields that are not as usual, each with its values. Two registrations are the same for a file if
/// these are.
/// </summary>
internal sealed class FieldValues(ImmutableSortedDictionary<string, ImmutableArray<string>> values)
{
    public static FieldValues None { get; } = new(ImmutableSortedDictionary.Create<string, ImmutableArray<string>>(StringComparer.Ordinal));

    public IEnumerable<string> Keys => values.Keys;

    public ImmutableArray<string> this[string key] => values.GetValueOrDefault(key, []);

    public bool Has(string key) => values.ContainsKey(key);

    public static FieldValues Of(IEnumerable<KeyValuePair<string, ImmutableArray<string>>> fields) =>
        new(fields.Where(field => field.Value.Length > 0).ToImmutableSortedDictionary(StringComparer.Ordinal));

    public FieldValues With(string key, params ImmutableArray<string> value) => new(values.SetItem(key, value));

    public FieldValues Without(string key) => new(values.Remove(key));

    public bool Same(FieldValues other) => !Differences(other).Any();

    public IEnumerable<string> Differences(FieldValues other) =>
        Keys.Union(other.Keys, StringComparer.Ordinal).Where(key => !this[key].SequenceEqual(other[key]));

    /// <summary>From these to others, field by field.</summary>
    public ImmutableArray<FieldChange> ChangesTo(FieldValues other) =>
        [.. Differences(other).Order(StringComparer.Ordinal).Select(key => new FieldChange(key, this[key], other[key]))];

    public string ToJson() => new JsonObject(values.Select(field =>
        KeyValuePair.Create<string, JsonNode?>(field.Key, new JsonArray([.. field.Value.Select(value => JsonValue.Create(value))]))))
        .ToJsonString();

    public static FieldValues OfJson(string json) => Of(
        from field in JsonNode.Parse(json)!.AsObject()
        select KeyValuePair.Create<string, ImmutableArray<string>>(
            field.Key, [.. field.Value!.AsArray().Select(value => value!.GetValue<string>())]));
}

/// <summary>One field of a registration that is, or would be, another. No values mean: as usual.</summary>
public sealed record FieldChange(string Key, ImmutableArray<string> Before, ImmutableArray<string> After);
