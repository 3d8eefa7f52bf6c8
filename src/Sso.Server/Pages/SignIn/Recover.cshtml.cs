using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Sso.Data.People;
using Sso.Server.Authorization;
using Sso.Accounts.Recovery;

namespace Sso.Server.Pages.SignIn;

/// <summary>
/// The mailed link after the wait. Opening it uses nothing up; its button begins a flow in this browser, which asks for the password first.
/// </summary>
internal sealed class Recover(LostFactor lost, RequestParsing parsing, FlowSealer flows) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "link")]
    public string? Link { get; set; }

    /// <summary>Null if the link is dead.</summary>
    public Person? Account { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellation) =>
        Account = await lost.OwnerOfAsync(Link, MailedLinkPurpose.OpenRecovery, cancellation);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        await OnGetAsync(cancellation);
        if (Account is null)
        {
            return Page();
        }

        var request = parsing.ForRecovery(Account.UserName!);
        if (!await lost.OpenAsync(Link, request.FlowId, cancellation))
        {
            Account = null;
            return Page();
        }

        Response.Headers.Location = $"{ReceiveRequest.ContinuePath}?flow={flows.Seal(HttpContext, request)}";
        return StatusCode(StatusCodes.Status303SeeOther);
    }
}
