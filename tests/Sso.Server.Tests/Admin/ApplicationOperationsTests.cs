using Microsoft.EntityFrameworkCore;
using Sso.Admin;
using Sso.Admin.Clients;
using Sso.Admin.Overview;
using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Admin;

/// <summary>What the console reads of applications, and what it writes with a new one.</summary>
public sealed class ApplicationOperationsTests(AdminDatabase admin) : IClassFixture<AdminDatabase>
{
    [Fact]
    public async Task Refusals_are_counted_for_each_application_however_many_another_has()
    {
        await admin.WriteAsync(AdminDatabase.Row("noisy"), AdminDatabase.Row("quiet"));
        var now = admin.Clock.GetUtcNow();
        await admin.WriteAsync(
        [
            SecurityEvent.GrantRefused(now - TimeSpan.FromHours(25), "quiet", "authorization_code", "too long ago"),
            SecurityEvent.GrantRefused(now - TimeSpan.FromHours(23), "quiet", "authorization_code", "code"),
            .. Enumerable.Range(0, ListRefusals.Most + 1).Select(_ => SecurityEvent.ClientRefused(now, "noisy", "wrong secret")),
            SecurityEvent.ClientRefused(now, clientId: null, "unknown"),
        ]);

        foreach (var (id, count) in (IEnumerable<(string, int)>)[("noisy", ListRefusals.Most + 1), ("quiet", 1)])
        {
            Assert.Equal(count, Assert.Single((await ListAsync(id, only: null, after: null)).List).Refusals);
        }

        var figures = await admin.RunAsync<InstallationOverview, InstallationFigures>(
            overview => overview.ReadAsync(CancellationToken.None));
        Assert.Equal(
            [
                ("noisy", "noisy", ListRefusals.Most + 1, SecurityEventKind.ClientRefused),
                (null, null, 1, SecurityEventKind.ClientRefused), ("quiet", "quiet", 1, SecurityEventKind.GrantRefused),
            ],
            figures.Troubled.Select(item => (item.Refused.ClientId, item.Name, item.Refused.Count, item.Refused.Latest)));
    }

    [Fact]
    public async Task A_long_list_comes_in_pages_and_a_search_looks_through_all()
    {
        const int Many = ListApplications.PageSize + 10;
        await admin.WriteAsync([.. Enumerable.Range(100, Many).Select(number => AdminDatabase.Row($"Many-{number}"))]);

        var first = await ListAsync("many-", only: null, after: null);
        var second = await ListAsync("many-", only: null, first.Following);

        Assert.Equal((ListApplications.PageSize, "Many-149"), (first.List.Length, first.Following));
        Assert.Equal((10, null), (second.List.Length, second.Following));
        Assert.Equal(
            Enumerable.Range(100, Many).Select(number => $"Many-{number}"),
            first.List.Concat(second.List).Select(item => item.Client.Id));
        Assert.Equal("Many-159", Assert.Single((await ListAsync("many-159.example", only: null, after: null)).List).Client.Id);
        Assert.Equal("Many-101", Assert.Single((await ListAsync("many-", only: ["Many-101", "gone"], after: null)).List).Client.Id);
    }

    [Fact]
    [Spec("S114")]
    public async Task Whoever_adds_an_application_of_their_own_manages_it_by_the_same_event()
    {
        var manager = Guid.CreateVersion7(admin.Clock.GetUtcNow());
        var wanted = new Client { Id = "own", Name = "Own", Type = ClientType.Web, RedirectUris = ["https://own.example/cb"] };
        await admin.RunAsync<AddClient, Result<ClientAdded, Refusal>>(add => add.ExecuteAsync(wanted, manager, CancellationToken.None));

        Assert.Equal(
            manager,
            (await admin.ReadAsync(database => database.ManagedClients.SingleAsync(row => row.ClientId == "own"))).PersonId);
        var told = await admin.ReadAsync(database => database.SecurityEvents.SingleAsync(item => item.ClientId == "own"));
        Assert.Contains($"\"managed_by\":\"{manager:N}\"", told.Changes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_that_no_rule_would_let_in_today_brings_no_page_down()
    {
        var row = AdminDatabase.Row("odd");
        row.RedirectUris = ["not an address", "http://localhost/cb"];
        await admin.WriteAsync(row);

        var shown = await admin.RunAsync<ShowApplication, ApplicationDetails?>(show => show.ExecuteAsync("odd", CancellationToken.None));

        Assert.Equal(DoubtKind.Localhost, Assert.Single(shown!.Doubts).Kind);
    }

    private Task<ApplicationsPage> ListAsync(string search, IReadOnlyCollection<string>? only, string? after) =>
        admin.RunAsync<ListApplications, ApplicationsPage>(list => list.ExecuteAsync(search, only, after, CancellationToken.None));
}
