using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Sso.Server.Pages.SignIn;

/// <summary>Too many tries: how long to wait, and nothing about whether the account exists (screen V10).</summary>
public sealed class Blocked : PageModel
{
    private const int LongestShown = 24 * 60 * 60;

    [BindProperty(SupportsGet = true, Name = "flow")]
    public string? RequestHandle { get; set; }

    public TimeSpan Wait { get; private set; }

    public void OnGet([FromQuery(Name = "for")] int seconds)
    {
        Wait = TimeSpan.FromSeconds(Math.Clamp(seconds, 1, LongestShown));
        Response.StatusCode = StatusCodes.Status429TooManyRequests;
        Response.Headers.RetryAfter = ((int)Wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
    }
}
