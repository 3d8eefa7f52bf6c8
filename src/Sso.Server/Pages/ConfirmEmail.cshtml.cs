using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Sso.Accounts.Contacts;
using Sso.Data.People;
using Sso.Server.Authorization;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages;

/// <summary>The link that proves an address: one button, because mail scanners open links. Opening it does nothing.</summary>
internal sealed class ConfirmEmail(EmailChange change) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "link")]
    public string? Link { get; set; }

    /// <summary>Null if the link is dead.</summary>
    public (Person Person, ContactChange Change)? Found { get; private set; }

    [Carried]
    public bool IsDone { get; set; }

    /// <summary>The button was pressed and did nothing, for instance because somebody else has that address by now.</summary>
    [Carried]
    public bool IsRefused { get; set; }

    public async Task OnGetAsync(CancellationToken cancellation) => Found = IsRefused ? null : await change.FindAsync(Link, cancellation);

    public async Task OnPostAsync(CancellationToken cancellation)
    {
        IsDone = await change.ConfirmAsync(HttpContext.Visit(), Link, cancellation);
        IsRefused = !IsDone;
    }
}
