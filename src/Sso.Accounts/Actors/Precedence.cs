using System.Diagnostics;
using Sso.Data.Administrators;

namespace Sso.Accounts.Actors;

/// <summary>
/// On whose accounts an administrator may act: on those of customers and of administrators whose role is not higher. Otherwise whoever may
/// help could sign out, or send links to, those who watch over them.
/// </summary>
public static class Precedence
{
    /// <param name="by">The role of whoever acts.</param>
    /// <param name="whom">The role of the account; null for a customer.</param>
    public static bool MayActOn(AdministratorRole by, AdministratorRole? whom) => whom is not { } other || HeightOf(by) >= HeightOf(other);

    private static int HeightOf(AdministratorRole role) => role switch
    {
        AdministratorRole.Owner => 3,
        AdministratorRole.Security => 2,
        // Makes secrets of applications.
        AdministratorRole.AppManager => 1,
        AdministratorRole.HelpDesk or AdministratorRole.Auditor => 0,
        _ => throw new UnreachableException(),
    };
}
