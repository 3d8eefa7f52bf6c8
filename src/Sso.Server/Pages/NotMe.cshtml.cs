using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Sso.Accounts.Protection;
using Sso.Accounts.Sessions;
using Sso.Data.People;
using Sso.Server.Authorization;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages;

/// <summary>
/// "It wasn't me", from a notice by mail: one button closes everything and starts recovery. Opening it does nothing, except that it leads
/// owners who are signed in here to the page that does all of it.
/// </summary>
internal sealed class NotMe(CloseAccount close, BrowserSessions sessions) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "link")]
    public string? Link { get; set; }

    /// <summary>Null if the link is dead.</summary>
    public Person? Owner { get; private set; }

    [Carried]
    public bool IsDone { get; set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        Owner = await close.OwnerOfNoticeAsync(Link, cancellation);
        return Owner is not null
            && await sessions.CurrentAsync(HttpContext.Visit(), AccountArea.ClientId, isActivity: false, cancellation)
                is { SignedInAt: not null } here
            && here.PersonId == Owner.Id
                ? Redirect("/account/not-me")
                : Page();
    }

    public async Task OnPostAsync(CancellationToken cancellation) =>
        IsDone = await close.CloseByLinkAsync(HttpContext.Visit(), Link, MailedLinkPurpose.NotMe, cancellation);
}
