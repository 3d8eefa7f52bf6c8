using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Contacts;
using Sso.Accounts.Factors;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Account.Contacts;

/// <summary>A number is removed, whatever it is used for; the last method that confirms the sign-in is protected.</summary>
internal sealed class Remove(ContactOverview contacts, RemoveFactor remove, IStringLocalizer<Remove> text) : ContactPage(contacts)
{
    [BindProperty(SupportsGet = true, Name = "id"), Carried]
    public Guid? Chosen { get; set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        await LoadAsync(cancellation);
        return View.Numbers.Count == 0 ? SeeOther("/account/contacts") : Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        await LoadAsync(cancellation);
        if (View.Numbers.SingleOrDefault(number => number.Id == Chosen) is not { } number)
        {
            ModelState.AddModelError("id", text["Empty"]);
            return Page();
        }

        switch (await remove.ExecuteAsync(new(Visit, Owner), number.Id, cancellation))
        {
            case RemovalOutcome.Removed:
                return SeeOther("/account/contacts?done=removed");
            case RemovalOutcome.NotFound:
                return SeeOther("/account/contacts");
            case RemovalOutcome.IsLast:
                Response.StatusCode = StatusCodes.Status409Conflict;
                ModelState.AddModelError("id", text["Last", number.Masked]);
                return Page();
            default:
                throw new UnreachableException();
        }
    }
}
