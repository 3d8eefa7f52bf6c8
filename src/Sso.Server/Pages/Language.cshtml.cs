using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Sso.Server.Http;

namespace Sso.Server.Pages;

/// <summary>Remembers the language that the person chose and returns to the page; there is nothing to see here.</summary>
public sealed class Language(CookieNames cookies) : PageModel
{
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(365);

    public IActionResult OnPost([FromForm] string? to, [FromForm] string? back)
    {
        if (to is "it" or "en")
        {
            Response.Cookies.Append(cookies.Language, to, cookies.Options(Remembered));
        }

        return LocalRedirect(Url.IsLocalUrl(back) && IsPageOfOurs(back) ? back : "/account");
    }

    /// <summary>Stricter than local: our paths begin with a letter or a dot, so nothing is left to how a browser reads what follows the slash (S62).</summary>
    private static bool IsPageOfOurs(string path) => path is "/" || (path.Length > 1 && (char.IsAsciiLetter(path[1]) || path[1] is '.' or '?'));
}
