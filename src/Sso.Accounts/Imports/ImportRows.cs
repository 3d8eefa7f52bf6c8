using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sso.Accounts.People;

namespace Sso.Accounts.Imports;

/// <summary>What the rows of an import hold, as JSON.</summary>
internal static class ImportRows
{
    /// <summary>The administrator whom events name so.</summary>
    public static Guid? PersonOf(string actor) => Guid.TryParseExact(actor.Split(':')[^1], "N", out var id) ? id : null;

    public static byte[] Write(IReadOnlyList<NumberedLine> lines) =>
        JsonSerializer.SerializeToUtf8Bytes(lines, ImportRowsJson.Default.IReadOnlyListNumberedLine);

    public static IReadOnlyList<NumberedLine> ReadLines(byte[] json) =>
        JsonSerializer.Deserialize(json, ImportRowsJson.Default.IReadOnlyListNumberedLine)!;

    public static string Write(IEnumerable<LineOutcome> outcomes) =>
        JsonSerializer.Serialize([.. outcomes.OrderBy(outcome => outcome.Line)], ImportRowsJson.Default.ImmutableArrayLineOutcome);

    public static ImmutableArray<LineOutcome> ReadOutcomes(string json) =>
        JsonSerializer.Deserialize(json, ImportRowsJson.Default.ImmutableArrayLineOutcome);
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<NumberedLine>))]
[JsonSerializable(typeof(ImmutableArray<LineOutcome>))]
internal sealed partial class ImportRowsJson : JsonSerializerContext;
