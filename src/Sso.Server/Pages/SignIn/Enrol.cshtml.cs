using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Factors;

namespace Sso.Server.Pages.SignIn;

/// <summary>The application demands a second factor and none is enrolled.</summary>
internal sealed class Enrol(EnrolmentPostponement postponement) : StepPage
{
    /// <summary>How many sign-ins may still be made without one.</summary>
    public int GraceLeft => Step is NextStep.EnrollSecondFactor enrol ? enrol.GraceLeft : 0;

    /// <summary>After the loss of every factor: those that are enrolled stop working when the new one is proved.</summary>
    public bool Replaces => SignedIn?.RecoveryFlowId == Flow.Request.FlowId;

    public void OnGet()
    {
    }

    public IActionResult OnPost() => SeeOther($"/account/mfa/method?flow={RequestHandle}");

    public async Task<IActionResult> OnPostLaterAsync(CancellationToken cancellation)
    {
        if (GraceLeft > 0 && SignedIn is not null)
        {
            await postponement.PostponeAsync(SignedIn, cancellation);
        }

        return Continue();
    }

    public IActionResult OnPostCancel() => Cancel();

    protected override bool Serves(NextStep step) => step is NextStep.EnrollSecondFactor;
}
