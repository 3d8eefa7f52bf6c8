using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Sso.Accounts.Protection;
using Sso.Accounts.Recovery;
using Sso.Data.People;
using Sso.Server.Authorization;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.SignIn;

/// <summary>
/// Stops the replacement of lost factors by the link in the mail: because the phone was found, or because it was somebody else.
/// </summary>
internal sealed class RecoverStop(LostFactor lost, CloseAccount close) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "link")]
    public string? Link { get; set; }

    /// <summary>Null if the link is dead.</summary>
    public Person? Account { get; private set; }

    [Carried]
    public bool IsStopped { get; set; }

    [Carried]
    public bool IsSecured { get; set; }

    public async Task OnGetAsync(CancellationToken cancellation) =>
        Account = await lost.OwnerOfAsync(Link, MailedLinkPurpose.StopRecovery, cancellation);

    /// <summary>"I have found my phone."</summary>
    public async Task OnPostAsync(CancellationToken cancellation) =>
        IsStopped = await lost.StopByLinkAsync(HttpContext.Visit(), Link, cancellation);

    /// <summary>"It wasn't me": somebody knows the password, so everything closes, and the request with it.</summary>
    public async Task OnPostSecureAsync(CancellationToken cancellation) =>
        IsSecured = await close.CloseByLinkAsync(HttpContext.Visit(), Link, MailedLinkPurpose.StopRecovery, cancellation);
}
