using System.Globalization;

namespace Sso.Admin;

/// <summary>A number and what it counts, for sentences: "1 mail", "2 mails".</summary>
public static class Counted
{
    /// <param name="several">With the verb where one follows; the word and an s where it is left out.</param>
    public static string Of(long number, string one, string? several = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : several ?? one + "s")}");
}
