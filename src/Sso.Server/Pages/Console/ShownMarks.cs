using System.Security.Cryptography;
using System.Text;

namespace Sso.Server.Pages.Console;

/// <summary>
/// What a form was filled with, as short marks in the form itself: so it overwrites nothing that somebody else changed meanwhile, and says
/// which of it that is.
/// </summary>
internal static class ShownMarks
{
    public static string Of(params IEnumerable<(string Field, string Value)> shown) => string.Join('.', shown.Select(MarkOf));

    /// <summary>The fields that are no longer as they were; all of them for a form that does not say what it was filled with.</summary>
    /// <param name="seen">As the form sends it.</param>
    /// <param name="now">What it would be filled with now.</param>
    public static string[] ChangedSince(string? seen, params IEnumerable<(string Field, string Value)> now)
    {
        var marks = seen?.Split('.') ?? [];
        return [.. now.Where((shown, index) => marks.ElementAtOrDefault(index) != MarkOf(shown)).Select(shown => shown.Field)];
    }

    private static string MarkOf((string Field, string Value) shown) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(shown.Value)).AsSpan(0, 8));
}
