using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Passwords;
using Sso.Data.People;
using Sso.Server.Authorization;
using Sso.Server.Http;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.Password;

/// <summary>A new password with a mailed link. Opening it uses nothing up; only the button does.</summary>
internal sealed class Reset(
    ChangePassword change, PasswordFloor floor, IStringLocalizer<Reset> text, IStringLocalizer<Common> common) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "link")]
    public string? Link { get; set; }

    [BindProperty(Name = "Input.Password")]
    public string? Password { get; set; }

    /// <summary>Null if the link is dead.</summary>
    public Person? Owner { get; private set; }

    /// <summary>The least number of characters of a new password.</summary>
    public int Minimum { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellation) =>
        (Owner, Minimum) = (await change.OwnerOfAsync(Link, cancellation), (await floor.PolicyAsync(cancellation)).Shortest);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(Password))
        {
            ModelState.AddModelError("Input.Password", text["Empty"]);
            return Page();
        }

        switch (await change.ResetAsync(HttpContext.Visit(), Link, Password, cancellation))
        {
            case NewPasswordOutcome.Changed:
                Response.Headers.Location = "/password/done";
                return StatusCode(StatusCodes.Status303SeeOther);
            case NewPasswordOutcome.DeadLink:
                return Page();
            case NewPasswordOutcome.Refused refused:
                ModelState.AddModelError("Input.Password", common.Refusal(refused.Flaw, refused.Policy));
                break;
            case NewPasswordOutcome.Busy:
                Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                Response.SayRetryAfter(PasswordLane.Pause);
                ModelState.AddModelError(string.Empty, text["Busy"]);
                break;
            default:
                throw new UnreachableException();
        }

        return Page();
    }
}
