using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Owner;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Account.Contacts;

/// <summary>What each number is used for, separately for sign-in and priority notices.</summary>
public sealed class Uses(OwnContacts contacts, FactorRemoval removal, IStringLocalizer<Uses> text) : ContactPage(contacts)
{
    /// <summary>The numbers ticked for each use.</summary>
    [BindProperty(Name = "Input.SignIn"), Carried]
    public IReadOnlyList<Guid> ForSignIn { get; set; } = [];

    [BindProperty(Name = "Input.Notices"), Carried]
    public IReadOnlyList<Guid> ForNotices { get; set; } = [];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        await LoadAsync(cancellation);
        if (ModelState.IsValid)
        {
            ForSignIn = [.. View.Numbers.Where(number => number.ForSignIn).Select(number => number.Id)];
            ForNotices = [.. View.Numbers.Where(number => number.ForNotices).Select(number => number.Id)];
        }

        return View.Numbers.Count == 0 ? SeeOther("/account/contacts") : Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        await LoadAsync(cancellation);
        if (!MaySignIn)
        {
            // What the page does not show stays as it is.
            ForSignIn = [.. View.Numbers.Where(number => number.ForSignIn).Select(number => number.Id)];
        }

        foreach (var number in View.Numbers.Where(number => !ForSignIn.Contains(number.Id) && !ForNotices.Contains(number.Id)))
        {
            ModelState.AddModelError(string.Empty, text["NoUse", number.Masked]);
        }

        // What is switched on comes first, so that one number may take over from another.
        foreach (var number in View.Numbers.OrderByDescending(number => ForSignIn.Contains(number.Id)).TakeWhile(_ => ModelState.IsValid))
        {
            var (forSignIn, forNotices) = (ForSignIn.Contains(number.Id), ForNotices.Contains(number.Id));
            if ((forSignIn, forNotices) != (number.ForSignIn, number.ForNotices)
                && await removal.UseAsync(Visit, Owner, number.Id, forSignIn, forNotices, cancellation) == RemovalOutcome.IsLast)
            {
                Response.StatusCode = StatusCodes.Status409Conflict;
                ModelState.AddModelError(string.Empty, text["Last", number.Masked]);
            }
        }

        return ModelState.IsValid ? SeeOther("/account/contacts?done=uses") : Page();
    }
}
