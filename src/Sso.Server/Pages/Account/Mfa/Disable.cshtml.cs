using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Factors;

namespace Sso.Server.Pages.Account.Mfa;

/// <summary>Turning off two-factor authentication, if the policy leaves it to the customer.</summary>
internal sealed class Disable(DisableTwoFactor disable) : AccountPage
{
    public TwoFactorDuty Duty { get; private set; }

    protected override TimeSpan? FreshProof => ChangeAge;

    public async Task OnGetAsync(CancellationToken cancellation) => Duty = await disable.FindDutyAsync(Owner.PersonId, cancellation);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (await disable.ExecuteAsync(Visit, Owner, cancellation))
        {
            return SeeOther("/account/mfa?done=off");
        }

        Response.StatusCode = StatusCodes.Status409Conflict;
        return Page();
    }
}
