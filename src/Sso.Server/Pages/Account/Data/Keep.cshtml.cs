using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Sso.Accounts.Deletion;
using Sso.Data.People;
using Sso.Server.Authorization;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Account.Data;

/// <summary>Calls off the deletion of an account with the mailed link. Opening it does nothing; it signs nobody in.</summary>
internal sealed class Keep(DeletionRequest deletion) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "link")]
    public string? Link { get; set; }

    /// <summary>Null if the link is dead.</summary>
    public Person? Account { get; private set; }

    [Carried]
    public bool IsKept { get; set; }

    public async Task OnGetAsync(CancellationToken cancellation) => Account = await deletion.OwnerOfAsync(Link, cancellation);

    public async Task OnPostAsync(CancellationToken cancellation) =>
        IsKept = await deletion.CallOffByLinkAsync(HttpContext.Visit(), Link, cancellation);
}
