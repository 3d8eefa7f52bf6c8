using System.Text.RegularExpressions;
using Sso.Accounts.Administrators;
using Sso.Data.Administrators;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.Administrators;

/// <summary>The table of roles, and the page of the documentation that shows it.</summary>
[Spec("S113")]
public sealed partial class RolesTests
{
    [Fact]
    public void Every_act_has_one_row() => Assert.Equal(Enum.GetValues<ConsoleAct>(), Roles.Table.Select(row => row.Act).Order());

    [Fact]
    public void The_owner_may_do_everything_and_the_auditor_only_sees()
    {
        Assert.All(Roles.Table, row => Assert.Equal(Reach.All, row.Owner));
        Assert.All(
            Roles.Table.Where(row => !row.Act.ToString().StartsWith("See", StringComparison.Ordinal)),
            row => Assert.Equal(Reach.None, row.Auditor));
    }

    [Fact]
    public void An_app_manager_never_reaches_what_is_not_theirs() =>
        Assert.All(Roles.Table, row => Assert.NotEqual(Reach.All, row.AppManager));

    [Fact]
    public void The_documentation_shows_this_table()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "console.md"));
        var rows = Row().Matches(text).Select(row => row.Groups[1].Value + row.Groups[2].Value).ToList();
        var expected = Roles.Table.Select(row =>
            $"{row.Act} | {string.Join(" | ", Enum.GetValues<AdministratorRole>().Select(role => Word(row.Of(role))))} | "
            + (row.NeedsFreshProof ? "yes" : "–"));
        Assert.Equal(expected, rows);
    }

    /// <summary>On whose accounts each role acts.</summary>
    [Fact]
    public void The_documentation_shows_who_may_help_whom()
    {
        (string Name, AdministratorRole? Role)[] accounts =
        [
            ("a customer", null), ("an auditor", AdministratorRole.Auditor), ("the help desk", AdministratorRole.HelpDesk),
            ("an app manager", AdministratorRole.AppManager), ("security", AdministratorRole.Security),
            ("an owner", AdministratorRole.Owner),
        ];
        Assert.Equal(Enum.GetValues<AdministratorRole>().Length + 1, accounts.Length);
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "console.md")).ToList();
        var start = lines.IndexOf("| the account of | owner | security | app manager | help desk | auditor |");
        Assert.Equal(
            accounts.Select(account => $"| {account.Name} | "
                + string.Join(" | ", Enum.GetValues<AdministratorRole>().Select(role => Word(Helps(role, account.Role)))) + " |"),
            lines.Skip(start + 2).TakeWhile(line => line.StartsWith('|')));
    }

    private static Reach Helps(AdministratorRole by, AdministratorRole? whom) =>
        Precedence.MayActOn(by, whom) ? Roles.ReachOf(by, ConsoleAct.HelpPeople) : Reach.None;

    private static string Word(Reach reach) => reach switch
    {
        Reach.All => "yes",
        Reach.Own => "own",
        _ => "–",
    };

    /// <summary>The name of the act, what it is in words, then the cells.</summary>
    [GeneratedRegex(@"^\| `(\w+)` \| [^|]+( \| .+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
