using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Factors;
using Sso.Server.Pages.Forms;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.SignIn.Verify;

/// <summary>The code of the authenticator app.</summary>
internal sealed class App(AppCodes codes, IStringLocalizer<Common> common) : ChallengePage
{
    [BindProperty(Name = "Input.Code")]
    public string? Code { get; set; }

    /// <summary>After a wrong code, the page says to check the phone's clock.</summary>
    [Carried]
    public bool WasWrong { get; set; }

    protected override ProofMethod? Asked => ProofMethod.AuthenticatorApp;

    public Task OnGetAsync(CancellationToken cancellation) => CountTriesAsync(cancellation);

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

        WasWrong = outcome is CodeOutcome.Wrong;
        ModelState.AddModelError("Input.Code", common.Refusal(outcome));
        return Page();
    }
}
