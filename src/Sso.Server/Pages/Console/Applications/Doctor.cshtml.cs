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

    /// <summary>A command changes the registration, which only an owner may do for every application: the others ask one.</summary>
    public bool HasCommandLine => ReachIn(ConsoleAct.ChangeApplications) == Reach.All;

    /// <summary>The page on which the viewer can mend it; null if there is none.</summary>
    public string? PlaceOf(DiagnosedMistake item) => item switch
    {
        { Mistake: ClientMistake.Disabled } when May(ConsoleAct.SwitchApplications) => nameof(Danger),
        { Mistake: ClientMistake.ExpiredSecret or ClientMistake.WrongSecret } when May(ConsoleAct.AddSecrets) => nameof(Secrets),
        { Mistake: ClientMistake.AcrNotOffered } when May(ConsoleAct.ChangeApplications) => nameof(Change),
        { IsOurs: true, Field: "redirect-uri" or "post-logout-redirect-uri" } when May(ConsoleAct.ChangeApplications) => nameof(Change),
        _ => null,
    };

    [Act(ConsoleAct.SeeApplications)]
    public async Task OnGetAsync(CancellationToken cancellation) =>
        Found = (await diagnosis.ExecuteAsync(
            Id!, ShowApplication.Week, seesOthers: ReachIn(ConsoleAct.SeeApplications) == Reach.All, cancellation)).Value?.Found ?? [];
}
