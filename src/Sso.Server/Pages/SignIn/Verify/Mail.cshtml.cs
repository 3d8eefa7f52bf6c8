using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Factors;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.SignIn.Verify;

/// <summary>The code sent by mail, for people without a second factor if the application is content with it.</summary>
internal sealed class Mail(MailCodes codes, IStringLocalizer<Common> common) : ChallengePage
{
    [BindProperty(Name = "Input.Code")]
    public string? Code { get; set; }

    [BindProperty(SupportsGet = true, Name = "again")]
    public bool SentAgain { get; set; }

    public MessageChallengeView? Sent { get; private set; }

    protected override ProofMethod? Asked => ProofMethod.MailCode;

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        // People who have just been refused have to see why: a new code is sent when they ask for it.
        if (ModelState.IsValid && await codes.SendAsync(Visit, Person, cancellation) is not SendOutcome.Wait and var outcome
            && common.Refusal(outcome) is { } refusal)
        {
            ModelState.AddModelError(string.Empty, refusal);
        }

        SentAgain &= ModelState.IsValid;
        Sent = await codes.CurrentAsync(Person, cancellation);
        await CountTriesAsync(cancellation);
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var outcome = await codes.CheckAsync(Visit, Flow.Request, Person, Code, cancellation);
        switch (outcome)
        {
            case CodeOutcome.Accepted:
                return await ProvedAsync(cancellation);
            case CodeOutcome.ChallengeVoid:
                return StartAgain();
        }

        ModelState.AddModelError("Input.Code", common.Refusal(outcome));
        return Page();
    }

    public async Task<IActionResult> OnPostResendAsync(CancellationToken cancellation)
    {
        if (common.Refusal(await codes.ResendAsync(Visit, Person, cancellation)) is not { } refusal)
        {
            return SeeOther($"/signin/verify/mail?flow={RequestHandle}&again=true");
        }

        ModelState.AddModelError(string.Empty, refusal);
        return Page();
    }
}
