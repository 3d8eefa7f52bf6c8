using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Factors;
using Sso.Delivery;
using Sso.Server.Pages.Forms;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.Account.Mfa;

/// <summary>The number that is to receive the codes.</summary>
internal sealed class Sms(TextEnrolment enrolment, PhoneNumbers numbers, IStringLocalizer<Common> common) : FactorPage
{
    protected override ProofMethod? Enrols => ProofMethod.TextMessage;

    [BindProperty(Name = "Input.Country"), Carried]
    public string? Country { get; set; }

    [BindProperty(Name = "Input.Number"), Carried]
    public string? Number { get; set; }

    /// <summary>The first is preset.</summary>
    public IReadOnlyList<Country> Countries => numbers.Countries;

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var outcome = await enrolment.BeginAsync(Visit, Owner, Country ?? Countries[0].Code, Number, cancellation);
        if (common.Refusal(outcome) is not { } refusal)
        {
            return SeeOther(Link("/account/mfa/sms/code"));
        }

        ModelState.AddModelError("Input.Number", refusal);
        return Page();
    }
}
