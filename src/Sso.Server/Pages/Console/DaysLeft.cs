using Microsoft.Extensions.Localization;

namespace Sso.Server.Pages.Console;

/// <summary>How long something still is good, in words.</summary>
internal static class DaysLeft
{
    /// <param name="words">Of the console.</param>
    /// <param name="days">Whole ones; negative for what is past.</param>
    public static string Left(this IStringLocalizer<Words> words, int days) => days switch
    {
        < 0 => words["LeftNone"].Value,
        0 => words["LeftHours"].Value,
        1 => words["LeftOne"].Value,
        _ => words["LeftDays", days].Value,
    };
}
