using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Contacts;
using Sso.Accounts.Factors;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.Account.Contacts;

/// <summary>The code that proves a number; only then is it verified, or does it take the place of another.</summary>
internal sealed class Code(ContactOverview contacts, TextEnrolment enrolment, IStringLocalizer<Common> common) : ContactPage(contacts)
{
    [BindProperty(Name = "Input.Code")]
    public string? Typed { get; set; }

    [BindProperty(SupportsGet = true, Name = "again")]
    public bool SentAgain { get; set; }

    public MessageChallengeView? Sent { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        SentAgain &= ModelState.IsValid;
        Sent = await enrolment.CurrentAsync(Owner, cancellation);
        return Sent is null && ModelState.IsValid ? SeeOther("/account/contacts") : Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        switch (await enrolment.ConfirmAsync(Visit, Flow.Request, Owner, Typed, cancellation))
        {
            case CodeOutcome.Accepted:
                return SeeOther("/account/contacts?done=verified");
            case CodeOutcome.ChallengeVoid:
                return SeeOther("/account/contacts");
            case var refused:
                ModelState.AddModelError("Input.Code", common.Refusal(refused));
                return Page();
        }
    }

    public async Task<IActionResult> OnPostResendAsync(CancellationToken cancellation)
    {
        if (await enrolment.ResendAsync(Visit, Owner, cancellation) is not { } outcome)
        {
            return SeeOther("/account/contacts");
        }

        if (common.Refusal(outcome) is not { } refusal)
        {
            return SeeOther("/account/contacts/code?again=true");
        }

        ModelState.AddModelError(string.Empty, refusal);
        return Page();
    }
}
