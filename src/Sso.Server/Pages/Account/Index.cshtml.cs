using Sso.Accounts.Overview;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.Account;

/// <summary>The person's own account: how well it is protected, and what happened last.</summary>
internal sealed class Index(AccountOverview overview, OwnActivity activity, Viewer viewer, TimeProvider clock) : AccountPage
{
    private const int Few = 3;

    /// <summary>How long a failed attempt stays on the overview, whatever the owner has done since.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromDays(7);

    public AccountView View { get; private set; } = null!;

    public IReadOnlyList<ActivityGroup> Recent { get; private set; } = [];

    /// <summary>The person got in with a recovery code and has added no method since: what is lost should not remain a way in.</summary>
    public bool LostSomething { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        View = await overview.LoadAsync(Owner, cancellation);
        var (lines, _) = await activity.PageAsync(Owner.PersonId, ActivityFilter.All, before: null, cancellation);
        Recent = FewOf(ActivityGroup.Of(lines, viewer.DateOf), clock.GetUtcNow() - Lately);
        LostSomething = Owner.Proofs.LastOrDefault(proof => proof.Method == ProofMethod.RecoveryCode) is { } proof
            && View.Methods.All(method => method.AddedAt < proof.At);
    }

    /// <summary>The newest groups; the last gives way to the newest failure if that is older.</summary>
    private static List<ActivityGroup> FewOf(IReadOnlyList<ActivityGroup> groups, DateTimeOffset since)
    {
        var newest = groups.Take(Few).ToList();
        var failure = groups.FirstOrDefault(group => group.IsFailure && group.To >= since);
        return failure is null || newest.Contains(failure) ? newest : [.. newest.Take(Few - 1), failure];
    }
}
