using Microsoft.AspNetCore.Mvc;
using Sso.Server.Authorization;
using Sso.Server.SignIn;

namespace Sso.Server.Pages.Account.Mfa;

/// <summary>
/// A page that enrols an app or a number: with recovery codes still to be saved it is part of three steps, otherwise of two.
/// </summary>
public abstract class FactorPage : EnrolmentPage
{
    public int Steps => Owner.RecoveryCodesSavedAt is null ? 3 : 2;

    /// <summary>
    /// The code was right. Who has no recovery codes gets them by this very form, since no visit of a page makes any; who has, keeps them.
    /// </summary>
    protected async Task<IActionResult> EnrolledAsync(CancellationToken cancellation)
    {
        // With the lost factors that this one took the place of their codes went too.
        if (Owner.RecoveryCodesSavedAt is not null && Owner.RecoveryFlowId != Flow.Request.FlowId)
        {
            return InFlow ? Continue() : SeeOther("/account/mfa/done");
        }

        var codes = HttpContext.RequestServices.GetRequiredService<RecoveryCodes>();
        if (await codes.BeingSavedAsync(Owner, cancellation) is null)
        {
            await codes.CreateAsync(HttpContext, Owner, cancellation);
        }

        return Continue();
    }
}
