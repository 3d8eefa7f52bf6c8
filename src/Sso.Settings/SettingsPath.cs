using System.Globalization;
using System.Text;

namespace Sso.Settings;

/// <summary>The name of a setting, from the path that FluentValidation gives to a property.</summary>
internal static class SettingsPath
{
    /// <summary>
    /// Both <c>Limits.PerHour</c> and <c>From[IT]</c> become names with colons. A value in a list of values is not counted: the sentence
    /// quotes it. What has a colon is the name of a setting of another section.
    /// </summary>
    public static string Of(string section, string property)
    {
        if (property.Contains(':', StringComparison.Ordinal))
        {
            return property;
        }

        var name = new StringBuilder(section);
        foreach (var part in Parts(WithoutPlace(property)))
        {
            name.Append(name.Length == 0 ? "" : ":").Append(part);
        }

        return name.ToString();
    }

    private static string WithoutPlace(string property) =>
        property.LastIndexOf('[') is >= 0 and var start && property.EndsWith(']')
            && int.TryParse(property.AsSpan(start + 1, property.Length - start - 2), NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? property[..start]
            : property;

    /// <summary>A key between brackets may hold dots.</summary>
    private static IEnumerable<string> Parts(string property)
    {
        while (property.Length > 0)
        {
            var isKey = property[0] == '[';
            var end = isKey ? property.IndexOf(']', StringComparison.Ordinal) : property.IndexOfAny(['.', '[']);
            var length = end < 0 ? property.Length : end;
            yield return isKey ? property[1..length] : property[..length];
            property = property[length..].TrimStart(']').TrimStart('.');
        }
    }
}
