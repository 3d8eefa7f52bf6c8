using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Owner;

namespace Sso.Server.Pages.Account.Mfa;

/// <summary>Turning off two-factor authentication, if the policy leaves it to the customer.</summary>
public sealed class Disable(FactorRemoval removal) : AccountPage
{
    public bool IsPossible => removal.MayDisable;

    protected override TimeSpan? FreshProof => ChangeAge;

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (await removal.DisableAsync(Visit, Owner, cancellation))
        {
            return SeeOther("/account/mfa?done=off");
        }

        Response.StatusCode = StatusCodes.Status409Conflict;
        return Page();
    }
}
