using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Overview;

namespace Sso.Server.Pages.Account.Mfa;

/// <summary>The second factor is on.</summary>
internal sealed class Done(AccountOverview overview) : AccountPage
{
    public AccountView View { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        View = await overview.LoadAsync(Owner, cancellation);
        return View.Methods.Count == 0 ? SeeOther("/account/mfa") : Page();
    }
}
