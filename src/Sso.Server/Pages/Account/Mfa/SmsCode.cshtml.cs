using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Factors;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.Account.Mfa;

/// <summary>The code that proves the number; only then is the second factor active.</summary>
internal sealed class SmsCode(TextEnrolment enrolment, IStringLocalizer<Common> common) : FactorPage
{
    protected override ProofMethod? Enrols => ProofMethod.TextMessage;

    [BindProperty(Name = "Input.Code")]
    public string? Code { get; set; }

    [BindProperty(SupportsGet = true, Name = "again")]
    public bool SentAgain { get; set; }

    public MessageChallengeView? Sent { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        SentAgain &= ModelState.IsValid;
        Sent = await enrolment.CurrentAsync(Owner, cancellation);
        await CountTriesAsync(cancellation);
        return Sent is null && ModelState.IsValid ? SeeOther(Link("/account/mfa/sms")) : Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var outcome = await enrolment.ConfirmAsync(Visit, Flow.Request, Owner, Code, cancellation);
        if (outcome is CodeOutcome.Accepted)
        {
            return await EnrolledAsync(cancellation);
        }

        if (outcome is CodeOutcome.ChallengeVoid)
        {
            return SeeOther(Link("/account/mfa/sms"));
        }

        ModelState.AddModelError("Input.Code", common.Refusal(outcome));
        return Page();
    }

    public async Task<IActionResult> OnPostResendAsync(CancellationToken cancellation)
    {
        if (await enrolment.ResendAsync(Visit, Owner, cancellation) is not { } outcome)
        {
            return SeeOther(Link("/account/mfa/sms"));
        }

        if (common.Refusal(outcome) is not { } refusal)
        {
            return SeeOther(Link("/account/mfa/sms/code") + (InFlow ? "&again=true" : "?again=true"));
        }

        ModelState.AddModelError(string.Empty, refusal);
        return Page();
    }
}
