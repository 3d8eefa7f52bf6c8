using System.Text.Json;

namespace Sso.Server.Commands;

/// <summary>Enumerations and lists as the command line writes them.</summary>
internal static class CommandWords
{
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    public static string[] All<TEnum>()
        where TEnum : struct, Enum => [.. Enum.GetValues<TEnum>().Select(Of)];

    public static TEnum Parse<TEnum>(string word)
        where TEnum : struct, Enum => Enum.GetValues<TEnum>().Single(value => Of(value) == word);

    /// <summary>Null for an empty list, so that its row is left out.</summary>
    public static string? List(IReadOnlyCollection<string> values, string separator) =>
        values.Count == 0 ? null : string.Join(separator, values);
}
