using System.Collections.Immutable;
using Sso.Accounts.Administrators;
using Sso.Accounts.Proposals;
using Sso.Admin.Keys;
using Sso.Admin.Overview;
using Sso.Data;
using Sso.Delivery;
using Sso.Delivery.Routes;
using Sso.Server.Operations;

namespace Sso.Server.Pages.Console;

/// <summary>How the installation is doing. What needs a hand comes first.</summary>
internal sealed class Index(
    InstallationOverview overview, ShowProposals proposals, SsoDbContext context, ServerState state, DatabaseOptions database,
    DeliveryOptions delivery, MessageRoutes routes) : ConsolePage
{
    public InstallationFigures Figures { get; private set; } = null!;

    public Chart Chart { get; private set; } = null!;

    /// <summary>What waits for a second administrator, as this one can be.</summary>
    public ImmutableArray<ProposalView> Proposals { get; private set; } = [];

    /// <summary>The same of applications that would ask less of people.</summary>
    public ImmutableArray<LooserPolicyView> Looser { get; private set; } = [];

    public DayOfSignIns Today => Figures.Days[^1];

    /// <summary>The same day of the week before: what is usual.</summary>
    public DayOfSignIns WeekAgo => Figures.Days[^8];

    /// <summary>Those that sign now.</summary>
    public IEnumerable<KeyView> Signing => Figures.Keys.Where(key => key.State == KeyState.Active);

    public bool IsReady => state.IsReady;

    public string Database => database.Provider.ToString();

    /// <summary>The newest change of the schema that was made.</summary>
    public string Schema { get; private set; } = "";

    /// <summary>True if the schema is that of this program.</summary>
    public bool IsSchemaOwn { get; private set; }

    public bool IsOneVersion => Figures.Nodes.Where(node => !node.IsGone).Select(node => node.Version).Distinct().Count() <= 1;

    /// <summary>
    /// One that stopped says so, and is not among them: one that is gone was killed. That is no trouble any more once its machine, or its
    /// container, has started another.
    /// </summary>
    public bool AreNodesWell =>
        IsOneVersion && !Figures.Nodes.IsEmpty && Figures.Nodes.All(node => !node.IsGone || Figures.Nodes.Any(node.IsReplacedBy));

    /// <summary>Not its name, which in a container is also that of the one before it.</summary>
    public string Node => state.NodeId.ToString("N");

    /// <summary>False: there is no route, and so nothing to spend a budget on.</summary>
    public bool SendsTexts => routes.Any;

    public decimal BudgetOfDay => delivery.Budget.PerDay;

    /// <summary>Whoever types the address of the console need not know which of its pages is theirs.</summary>
    protected override string? Otherwise => May(ConsoleAct.SeeApplications) ? "/console/applications" : null;

    public static decimal Euro(long amount) => amount / 10_000m;

    [Act(ConsoleAct.SeeOverview)]
    public async Task OnGetAsync(CancellationToken cancellation)
    {
        Figures = await overview.ReadAsync(cancellation);
        (Schema, IsSchemaOwn) = await DatabaseFitness.SchemaAsync(context, cancellation);
        Chart = Chart.Of([.. Figures.Days.Select(day => (day.Day, (long)day.SignIns, (long)day.Failures))]);
        if (May(ConsoleAct.AgreeToResets))
        {
            Proposals = await proposals.ListAsync(PersonId, cancellation);
        }

        if (May(ConsoleAct.LoosenApplications))
        {
            Looser = await proposals.ListLooserAsync(PersonId, cancellation);
        }
    }
}
