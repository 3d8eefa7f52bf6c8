using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Factors;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.SignIn.Verify;

/// <summary>The code sent to the phone, whose number is shown masked and cannot be changed here.</summary>
internal sealed class Sms(TextCodes texts, IStringLocalizer<Common> common) : ChallengePage
{
    [BindProperty(Name = "Input.Code")]
    public string? Code { get; set; }

    [BindProperty(SupportsGet = true, Name = "again")]
    public bool SentAgain { get; set; }

    /// <summary>Which of several numbers; null for the only or the newest one.</summary>
    [BindProperty(SupportsGet = true, Name = "phone")]
    public Guid? Phone { get; set; }

    public MessageChallengeView? Sent { get; private set; }

    public override bool HasSeveral => _hasSeveral;

    private bool _hasSeveral;

    protected override ProofMethod? Asked => ProofMethod.TextMessage;

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        // People who have just been refused have to see why: a new code is sent when they ask for it.
        if (ModelState.IsValid && await texts.SendAsync(Visit, Person, Phone, cancellation) is not SendOutcome.Wait and var outcome
            && common.Refusal(outcome) is { } refusal)
        {
            ModelState.AddModelError(string.Empty, refusal);
        }

        SentAgain &= ModelState.IsValid;
        Sent = await texts.CurrentAsync(Person, Phone, cancellation);
        _hasSeveral = await texts.HasSeveralAsync(Person, cancellation);
        await CountTriesAsync(cancellation);
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var outcome = await texts.CheckAsync(Visit, Flow.Request, Person, Phone, Code, cancellation);
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
        if (common.Refusal(await texts.ResendAsync(Visit, Person, Phone, cancellation)) is not { } refusal)
        {
            return SeeOther($"/signin/verify/sms?flow={RequestHandle}&again=true{(Phone is { } phone ? $"&phone={phone:N}" : "")}");
        }

        ModelState.AddModelError(string.Empty, refusal);
        return Page();
    }
}
