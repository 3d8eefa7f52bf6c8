using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Contacts;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Account.Contacts;

/// <summary>What each number is used for, separately for sign-in and priority notices.</summary>
internal sealed class Uses(ContactOverview contacts, NumberUses uses, IStringLocalizer<Uses> text) : ContactPage(contacts)
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

        var wanted = View.Numbers
            .Select(number => new NumberUse(number.Id, ForSignIn.Contains(number.Id), ForNotices.Contains(number.Id))).ToList();
        switch (await uses.SetAsync(Visit, Owner, wanted, cancellation))
        {
            case NumberUsesOutcome.NoUse none:
                foreach (var number in none.Numbers)
                {
                    ModelState.AddModelError(string.Empty, text["NoUse", Masked(number)]);
                }

                return Page();
            case NumberUsesOutcome.IsLast last:
                Response.StatusCode = StatusCodes.Status409Conflict;
                ModelState.AddModelError(string.Empty, text["Last", Masked(last.Number)]);
                return Page();
            default:
                return SeeOther("/account/contacts?done=uses");
        }
    }

    private string Masked(Guid id) => View.Numbers.First(number => number.Id == id).Masked;
}
