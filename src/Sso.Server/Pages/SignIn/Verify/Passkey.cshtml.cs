using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Factors;
using Sso.Accounts.SignIn;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.SignIn.Verify;

/// <summary>The passkey as the second step; it starts at the press of the button.</summary>
internal sealed class Passkey(PasskeyCeremonies passkeys, PasskeySignIn signIn, IStringLocalizer<Common> common) : ChallengePage
{
    public PasskeyCeremony Ceremony { get; private set; } = null!;

    protected override ProofMethod? Asked => ProofMethod.Passkey;

    public async Task OnGetAsync(CancellationToken cancellation) =>
        Ceremony = await passkeys.ForVerificationAsync(Flow.Request, Person, cancellation);

    public async Task<IActionResult> OnPostPasskeyAsync(CancellationToken cancellation)
    {
        switch (await signIn.VerifyAsync(Visit, Flow.Request, Person, this.PasskeyAnswer(), cancellation))
        {
            case PasskeyOutcome.Succeeded:
                return Continue();
            case PasskeyOutcome.ChallengeVoid:
                return StartAgain();
            case PasskeyOutcome.Wait wait:
                ModelState.AddModelError(string.Empty, common.Refusal(new CodeOutcome.Locked(wait.For)));
                return Page();
            default:
                ModelState.AddModelError(string.Empty, common["PasskeyRefused"]);
                return Page();
        }
    }
}
