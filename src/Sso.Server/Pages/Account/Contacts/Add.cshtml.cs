using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Contacts;
using Sso.Accounts.Factors;
using Sso.Delivery;
using Sso.Server.Pages.Forms;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.Account.Contacts;

/// <summary>Another number, and what it is to be used for.</summary>
internal sealed class Add(
    ContactOverview contacts, TextEnrolment enrolment, PhoneNumbers numbers,
    IStringLocalizer<Add> text, IStringLocalizer<Common> common) : ContactPage(contacts)
{
    [BindProperty(Name = "Input.Country"), Carried]
    public string? Country { get; set; }

    [BindProperty(Name = "Input.Number"), Carried]
    public string? Number { get; set; }

    [BindProperty(Name = "Input.SignIn"), Carried]
    public bool ForSignIn { get; set; }

    [BindProperty(Name = "Input.Notices"), Carried]
    public bool ForNotices { get; set; }

    public IReadOnlyList<Country> Countries => numbers.Countries;

    public void OnGet()
    {
        if (ModelState.IsValid)
        {
            (ForSignIn, ForNotices) = (MaySignIn, true);
        }
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        ForSignIn &= MaySignIn;
        if (!ForSignIn && !ForNotices)
        {
            ModelState.AddModelError(MaySignIn ? "Input.SignIn" : "Input.Notices", text["NoUse"]);
            return Page();
        }

        var wish = new NumberWish(ForSignIn, ForNotices);
        var outcome = await enrolment.BeginAsync(Visit, Owner, Country ?? Countries[0].Code, Number, wish, cancellation);
        if (common.Refusal(outcome) is not { } refusal)
        {
            return SeeOther("/account/contacts/code");
        }

        ModelState.AddModelError("Input.Number", refusal);
        return Page();
    }
}
