using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Contacts;
using Sso.Accounts.Factors;
using Sso.Delivery;
using Sso.Server.Pages.Forms;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.Account.Contacts;

/// <summary>A new number in place of a verified one: it is a new factor, proved by its own code.</summary>
internal sealed class Change(
    ContactOverview contacts, TextEnrolment enrolment, PhoneNumbers numbers, IStringLocalizer<Change> text, IStringLocalizer<Common> common)
    : ContactPage(contacts)
{
    [BindProperty(SupportsGet = true, Name = "id"), Carried]
    public Guid? Chosen { get; set; }

    [BindProperty(Name = "Input.Country"), Carried]
    public string? Country { get; set; }

    [BindProperty(Name = "Input.Number"), Carried]
    public string? Number { get; set; }

    public IReadOnlyList<Country> Countries => numbers.Countries;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        await LoadAsync(cancellation);
        Chosen ??= View.Numbers.Count == 1 ? View.Numbers[0].Id : null;
        return View.Numbers.Count == 0 ? SeeOther("/account/contacts") : Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        await LoadAsync(cancellation);
        if (View.Numbers.SingleOrDefault(number => number.Id == Chosen) is not { } old)
        {
            ModelState.AddModelError("id", text["WhichEmpty"]);
            return Page();
        }

        var wish = new NumberWish(old.ForSignIn, old.ForNotices, old.Id);
        var outcome = await enrolment.BeginAsync(Visit, Owner, Country ?? Countries[0].Code, Number, wish, cancellation);
        if (common.Refusal(outcome) is not { } refusal)
        {
            return SeeOther("/account/contacts/code");
        }

        ModelState.AddModelError("Input.Number", refusal);
        return Page();
    }
}
