using Sso.Server.Authorization;
using Sso.Server.SignIn;

namespace Sso.Server.Pages.Account;

/// <summary>The person's own account (screen V13).</summary>
public sealed class Index(AccountOverview overview) : AccountPage
{
    public AccountView View { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken cancellation) => View = await overview.LoadAsync(Owner, cancellation);
}
