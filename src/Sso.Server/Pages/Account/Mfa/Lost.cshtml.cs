using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Recovery;

namespace Sso.Server.Pages.Account.Mfa;

/// <summary>
/// A pending request to replace lost factors, seen by somebody who is signed in: they can stop it. No fresh proof is demanded, because
/// stopping it only keeps things as they are.
/// </summary>
internal sealed class Lost(LostFactor lost) : AccountPage
{
    public IActionResult OnGet() => Owner.RecoveryReadyAt is null ? SeeOther("/account/mfa") : Page();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        await lost.StopByOwnerAsync(Visit, Owner, cancellation);
        return SeeOther("/account/mfa");
    }
}
