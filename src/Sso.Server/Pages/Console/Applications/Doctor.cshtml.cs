using System.Collections.Immutable;
using Sso.Accounts.Administrators;
using Sso.Admin.Clients;
using Sso.Admin.Diagnosis;

namespace Sso.Server.Pages.Console.Applications;

/// <summary>What failed lately between an application and its registration, and the exact field to mend.</summary>
internal sealed class Doctor(DiagnoseClient diagnosis) : ApplicationPage
{
    public override string Tab => "doctor";

    public ImmutableArray<DiagnosedMistake> Found { get; private set; } = [];

    [Act(ConsoleAct.SeeApplications)]
    public async Task OnGetAsync(CancellationToken cancellation) =>
        Found = (await diagnosis.ExecuteAsync(
            Id!, ShowApplication.Week, seesOthers: ReachIn(ConsoleAct.SeeApplications) == Reach.All, cancellation)).Value?.Found ?? [];
}
