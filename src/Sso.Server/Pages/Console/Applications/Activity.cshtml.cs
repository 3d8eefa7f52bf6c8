using Sso.Accounts.Administrators;
using Sso.Admin.Clients;
using Sso.Data.Operations;

namespace Sso.Server.Pages.Console.Applications;

/// <summary>What an application was refused in the last week, and why.</summary>
internal sealed class Activity : ApplicationPage
{
    public override string Tab => "activity";

    /// <summary>
    /// The address that was sent, if the record holds all of it. It came from outside: somebody has to look at it before it is registered.
    /// </summary>
    public static string? AddressOf(RefusalView item) =>
        item is { Kind: SecurityEventKind.RedirectUriRefused, Detail: { } sent }
            && sent.Contains(RedirectUriMismatch.Mark, StringComparison.Ordinal)
            && !sent.Contains('…', StringComparison.Ordinal)
            && !sent.Contains('?', StringComparison.Ordinal)
            ? sent.Replace(RedirectUriMismatch.Mark, "", StringComparison.Ordinal)
            : null;

    [Act(ConsoleAct.SeeApplications)]
    public void OnGet()
    {
    }
}
