using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Factors;

namespace Sso.Server.Pages.Account.Mfa;

/// <summary>
/// A page that enrols a factor. Each page on the way is a step: a number takes two, and recovery codes that are still to be saved take one
/// more.
/// </summary>
internal abstract class FactorPage : EnrolmentPage
{
    public int Steps => (Enrols is ProofMethod.TextMessage ? 2 : 1) + (Owner.RecoveryCodesSavedAt is null ? 1 : 0);

    /// <summary>
    /// The code was right. People without recovery codes get them from this very form, since merely visiting a page makes none; people who
    /// have codes keep them.
    /// </summary>
    protected async Task<IActionResult> EnrolledAsync(CancellationToken cancellation)
    {
        // With the lost factors that this one replaced, their codes went too.
        if (Owner.RecoveryCodesSavedAt is not null && Owner.RecoveryFlowId != Flow.Request.FlowId)
        {
            return InFlow ? Continue() : SeeOther("/account/mfa/done");
        }

        var codes = HttpContext.RequestServices.GetRequiredService<RecoveryCodeSet>();
        if (await codes.BeingSavedAsync(Owner, cancellation) is null)
        {
            await codes.CreateAsync(Visit, Owner, cancellation);
        }

        return Continue();
    }
}
