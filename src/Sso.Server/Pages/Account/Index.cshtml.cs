using Sso.Server.Account;
using Sso.Server.Authorization;
using Sso.Server.SignIn;

namespace Sso.Server.Pages.Account;

/// <summary>The person's own account: how well it is protected, and what happened last (screen V13).</summary>
public sealed class Index(AccountOverview overview, OwnActivity activity, Viewer viewer) : AccountPage
{
    private const int Few = 3;

    public AccountView View { get; private set; } = null!;

    public IReadOnlyList<ActivityGroup> Recent { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        View = await overview.LoadAsync(Owner, cancellation);
        var (lines, _) = await activity.PageAsync(Owner.PersonId, ActivityFilter.All, before: null, cancellation);
        Recent = [.. ActivityGroup.Of(lines, viewer.DateOf).Take(Few)];
    }
}
