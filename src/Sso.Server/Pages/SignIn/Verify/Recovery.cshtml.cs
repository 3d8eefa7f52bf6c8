using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Factors;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.SignIn.Verify;

/// <summary>One of the codes saved at enrolment; each works once.</summary>
internal sealed class Recovery(RecoveryCodeSet codes, IStringLocalizer<Recovery> text, IStringLocalizer<Common> common) : ChallengePage
{
    [BindProperty(Name = "Input.Code")]
    public string? Code { get; set; }

    public int Remaining { get; private set; }

    protected override ProofMethod? Asked => ProofMethod.RecoveryCode;

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        Remaining = await codes.RemainingAsync(Person.PersonId, cancellation);
        await CountTriesAsync(cancellation);
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var outcome = await codes.CheckAsync(Visit, Flow.Request, Person, Code, cancellation);
        switch (outcome)
        {
            case CodeOutcome.Accepted:
                return Continue();
            case CodeOutcome.ChallengeVoid:
                return StartAgain();
        }

        ModelState.AddModelError("Input.Code", outcome switch
        {
            CodeOutcome.Format => text["Format"],
            CodeOutcome.Used => text["Used"],
            _ => common.Refusal(outcome),
        });
        return Page();
    }
}
