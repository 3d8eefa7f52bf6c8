using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Sso.Accounts.Protection;
using Sso.Data.People;
using Sso.Server.Authorization;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages;

/// <summary>
/// The link that undoes a change of address or number: one button, because mail scanners open links. Opening it does nothing.
/// </summary>
internal sealed class Undo(UndoContactChanges undo) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "link")]
    public string? Link { get; set; }

    /// <summary>Null if the link is dead.</summary>
    public (Person Person, ContactChange Change)? Found { get; private set; }

    [Carried]
    public bool IsDone { get; set; }

    /// <summary>The button was pressed and did nothing.</summary>
    [Carried]
    public bool IsRefused { get; set; }

    public async Task OnGetAsync(CancellationToken cancellation) => Found = IsRefused ? null : await undo.FindAsync(Link, cancellation);

    public async Task OnPostAsync(CancellationToken cancellation)
    {
        IsDone = await undo.ExecuteAsync(new(HttpContext.Visit()), Link, cancellation);
        IsRefused = !IsDone;
    }
}
