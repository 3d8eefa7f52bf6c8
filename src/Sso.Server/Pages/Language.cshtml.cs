using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Sso.Accounts.Localization;
using Sso.Server.Http;

namespace Sso.Server.Pages;

/// <summary>Remembers the language that the person chose and returns to the page; it shows nothing itself.</summary>
internal sealed class Language(CookieNames cookies, TimeProvider clock) : PageModel
{
    public const string Path = "/language";

    private static readonly TimeSpan Remembered = TimeSpan.FromDays(365);

    public IActionResult OnPost([FromForm] string? to, [FromForm] string? back)
    {
        if (to is "it" or "en")
        {
            Response.Cookies.Append(cookies.Language, Languages.Choice(to, clock.GetUtcNow()), cookies.Options(Remembered));
        }

        return LocalRedirect(Back(back));
    }

    /// <summary>The page that was left, if it is one of ours.</summary>
    public static string Back(string? path) => IsPageOfOurs(path) ? path : "/account";

    /// <summary>
    /// Stricter than local: our paths begin with a letter or a dot, and nothing in them is left to how a browser reads it.
    /// </summary>
    private static bool IsPageOfOurs([NotNullWhen(true)] string? path) =>
        path is "/" || (path is ['/', var first, ..] && (char.IsAsciiLetter(first) || first is '.' or '?')
            && path.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0 && !path.Contains('\\', StringComparison.Ordinal));
}
