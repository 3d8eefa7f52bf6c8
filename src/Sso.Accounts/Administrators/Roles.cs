using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics;
using Sso.Data.Administrators;

namespace Sso.Accounts.Administrators;

/// <summary>
/// Which role may do what: the one table. <c>docs/console.md</c> shows it to people, and tests compare that page with this table and this
/// table with what each page of the console answers.
/// </summary>
public static class Roles
{
    private const Reach No = Reach.None;
    private const Reach Own = Reach.Own;
    private const Reach All = Reach.All;

    public static readonly ImmutableArray<RoleRow> Table =
    [
        // Act, fresh proof, then owner, security, app manager, help desk, auditor.
        new(ConsoleAct.SeeOverview, false, All, All, No, All, All),
        new(ConsoleAct.SeeApplications, false, All, All, Own, No, All),
        new(ConsoleAct.AddApplications, true, All, No, Own, No, No),
        new(ConsoleAct.ChangeApplications, true, All, No, Own, No, No),
        new(ConsoleAct.LoosenApplications, true, All, No, No, No, No),
        new(ConsoleAct.AddSecrets, true, All, No, Own, No, No),
        new(ConsoleAct.RevokeSecrets, true, All, All, Own, No, No),
        new(ConsoleAct.SwitchApplications, true, All, All, Own, No, No),
        new(ConsoleAct.PreviewTokens, false, All, All, Own, No, No),
        new(ConsoleAct.RemoveApplications, true, All, No, Own, No, No),
        new(ConsoleAct.SeeBrands, false, All, All, No, No, All),
        new(ConsoleAct.ChangeBrands, true, All, No, No, No, No),
        new(ConsoleAct.SeeWebhooks, false, All, All, No, No, All),
        new(ConsoleAct.SendToWebhooks, true, All, All, No, No, No),
        new(ConsoleAct.SeePeople, false, All, All, No, All, No),
        new(ConsoleAct.HelpPeople, true, All, All, No, All, No),
        new(ConsoleAct.ImportPeople, true, All, All, No, No, No),
        new(ConsoleAct.SeeDelivery, false, All, All, No, All, All),
        new(ConsoleAct.ResumeDelivery, true, All, All, No, No, No),
        new(ConsoleAct.TestDelivery, false, All, All, No, All, No),
        new(ConsoleAct.ResetFactors, true, All, All, No, All, No),
        new(ConsoleAct.AgreeToResets, true, All, All, No, All, No),
        new(ConsoleAct.SeeKeys, false, All, All, No, No, All),
        new(ConsoleAct.SeeAudit, false, All, All, No, No, All),
        new(ConsoleAct.SeeAuditFile, true, All, All, No, No, All),
        new(ConsoleAct.SeeLimits, false, All, All, No, All, All),
        new(ConsoleAct.SeeAdministrators, false, All, All, No, No, All),
        new(ConsoleAct.ChangeAdministrators, true, All, No, No, No, No),
        new(ConsoleAct.SeeSettings, false, All, All, No, No, All),
    ];

    private static readonly FrozenDictionary<ConsoleAct, RoleRow> ByAct = Table.ToFrozenDictionary(row => row.Act);

    public static Reach ReachOf(AdministratorRole role, ConsoleAct act) => ByAct[act].Of(role);

    /// <summary>True if a proof of a few minutes ago is needed, because the act cannot be undone or gives a secret away.</summary>
    public static bool NeedsFreshProof(ConsoleAct act) => ByAct[act].NeedsFreshProof;
}

/// <summary>One act, and how far each role reaches in it.</summary>
public sealed record RoleRow(
    ConsoleAct Act, bool NeedsFreshProof, Reach Owner, Reach Security, Reach AppManager, Reach HelpDesk, Reach Auditor)
{
    public Reach Of(AdministratorRole role) => role switch
    {
        AdministratorRole.Owner => Owner,
        AdministratorRole.Security => Security,
        AdministratorRole.AppManager => AppManager,
        AdministratorRole.HelpDesk => HelpDesk,
        AdministratorRole.Auditor => Auditor,
        _ => throw new UnreachableException(),
    };
}
