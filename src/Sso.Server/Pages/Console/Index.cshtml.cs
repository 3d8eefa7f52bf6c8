using System.Collections.Immutable;
using Sso.Accounts.Administrators;
using Sso.Accounts.Proposals;
using Sso.Admin.Keys;
using Sso.Admin.Overview;
using Sso.Delivery;
using Sso.Server.Operations;

namespace Sso.Server.Pages.Console;

/// <summary>How the installation is doing. What needs a hand comes first.</summary>
internal sealed class Index(
    InstallationOverview overview, ShowProposals proposals, ServerState state, DatabaseOptions database, DeliveryOptions delivery)
    : ConsolePage
{
    public InstallationFigures Figures { get; private set; } = null!;

    public Chart Chart { get; private set; } = null!;

    /// <summary>What waits for a second administrator, as this one could be: not what they proposed, and not what is about them.</summary>
    public ImmutableArray<ProposalView> Proposals { get; private set; } = [];

    public DayOfSignIns Today => Figures.Days[^1];

    /// <summary>The same day of the week before: what is usual.</summary>
    public DayOfSignIns WeekAgo => Figures.Days[^8];

    /// <summary>Those that sign now.</summary>
    public IEnumerable<KeyView> Signing => Figures.Keys.Where(key => key.State == KeyState.Active);

    public bool IsReady => state.IsReady;

    public string Database => database.Provider.ToString();

    public static string Node => EventStamps.ThisNode;

    public decimal BudgetOfDay => delivery.Budget.PerDay;

    public static decimal Euro(long amount) => amount / 10_000m;

    [Act(ConsoleAct.SeeOverview)]
    public async Task OnGetAsync(CancellationToken cancellation)
    {
        Figures = await overview.ReadAsync(cancellation);
        Chart = Chart.Of(Figures.Days);
        if (May(ConsoleAct.AgreeToResets))
        {
            Proposals = [.. (await proposals.ListAsync(cancellation)).Where(
                proposal => proposal.ProposerId != PersonId && proposal.Sub != PersonId.ToString("N"))];
        }
    }
}
