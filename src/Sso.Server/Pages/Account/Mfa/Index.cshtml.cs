using Sso.Server.Authorization;
using Sso.Server.SignIn;

namespace Sso.Server.Pages.Account.Mfa;

/// <summary>Whether a second factor guards the account, and which ones (screen V14).</summary>
public sealed class Index(AccountOverview overview) : AccountPage
{
    public AccountView View { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken cancellation) => View = await overview.LoadAsync(Owner, cancellation);
}
