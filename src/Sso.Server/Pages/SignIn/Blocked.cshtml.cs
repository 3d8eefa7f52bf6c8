using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Sso.Server.Http;

namespace Sso.Server.Pages.SignIn;

/// <summary>Too many attempts: how long to wait, and nothing about whether the account exists.</summary>
internal sealed class Blocked : PageModel
{
    /// <summary>Longer than any wait: the name is blocked until somebody unblocks it.</summary>
    private const long LongestWait = 24 * 60 * 60;

    [BindProperty(SupportsGet = true, Name = "flow")]
    public string? RequestHandle { get; set; }

    /// <summary>Null if waiting does not help: then a new password does.</summary>
    public TimeSpan? Wait { get; private set; }

    public void OnGet([FromQuery(Name = "for")] long seconds)
    {
        Wait = seconds > LongestWait ? null : TimeSpan.FromSeconds(Math.Max(seconds, 1));
        Response.StatusCode = StatusCodes.Status429TooManyRequests;
        if (Wait is { } wait)
        {
            Response.SayRetryAfter(wait);
        }
    }
}
