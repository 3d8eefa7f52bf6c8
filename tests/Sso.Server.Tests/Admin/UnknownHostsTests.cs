using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Sso.Admin;
using Sso.Admin.Clients;
using Sso.Admin.Diagnosis;
using Sso.Admin.Outgoing;
using Sso.Admin.Registrations;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Admin;

/// <summary>The doctor of an application names addresses whose host does not resolve, and finds out nothing else about a name.</summary>
public sealed class UnknownHostsTests(AdminDatabase admin) : IClassFixture<AdminDatabase>
{
    private static readonly IPAddress[] Somewhere = [IPAddress.Parse("93.184.216.34")];

    [Fact]
    public async Task Every_address_with_a_slip_in_its_host_is_named_with_its_field_and_what_stands_there()
    {
        admin.Names["app.nuvola.it"] = Somewhere;
        await admin.WriteAsync(AdminDatabase.Row("refuso") with
        {
            RedirectUris = ["https://app.nuvola.it/cb", "https://app.nuvla.it/cb"],
            PostLogoutRedirectUris = ["https://www.nuvla.it/"],
            BackchannelLogoutUri = "https://app.nuvla.it/logout",
        });

        var found = await DiagnoseAsync("refuso");
        Assert.Equal(
            [
                ("redirect-uri", "https://app.nuvla.it/cb", null),
                ("post-logout-redirect-uri", "https://www.nuvla.it/", null),
                ("backchannel-logout-uri", "https://app.nuvla.it/logout", "sso client set refuso --backchannel-logout-uri https://…"),
            ],
            found.Select(item => (item.Field, item.Registered, item.Command)));
        Assert.All(found, item => Assert.Equal((ClientMistake.UnknownHost, true, null), (item.Mistake, item.IsOurs, item.Received)));
    }

    [Fact]
    public async Task Names_of_a_machine_of_a_network_and_of_examples_are_not_even_asked_for()
    {
        var asked = new List<string>();
        var found = await FindAsync(
            (host, _) =>
            {
                asked.Add(host);
                return Task.FromResult<IPAddress[]>([]);
            },
            "http://localhost:5090/cb", "http://127.0.0.1/cb", "http://[::1]/cb", "https://10.0.0.7/cb", "https://app/cb",
            "https://app.lan/cb", "https://app.local/cb", "https://db.internal/cb", "https://app.test/cb", "https://app.example/cb",
            "https://metadata.goog/cb", "https://sso.test/cb", "it.nuvola.app:/cb");
        Assert.Empty(found);
        Assert.Empty(asked);
    }

    [Fact]
    public async Task A_name_is_asked_for_once_however_many_addresses_it_has()
    {
        var asked = 0;
        var found = await FindAsync(
            (_, _) =>
            {
                Interlocked.Increment(ref asked);
                throw new SocketException((int)SocketError.HostNotFound);
            },
            "https://app.nuvla.it/a", "https://app.nuvla.it/b", "https://APP.nuvla.it:8443/c");
        Assert.Equal((3, 1), (found.Count, asked));
    }

    [Theory]
    [InlineData(SocketError.HostNotFound, true)]
    [InlineData(SocketError.NoData, true)]
    [InlineData(SocketError.TryAgain, false)]
    [InlineData(SocketError.NoRecovery, false)]
    public async Task A_resolver_that_is_away_says_nothing_about_a_name(SocketError error, bool isNamed)
    {
        var found = await FindAsync((_, _) => throw new SocketException((int)error), "https://app.nuvla.it/cb");
        Assert.Equal(isNamed, found.Count == 1);
    }

    [Fact]
    public async Task A_host_longer_than_any_name_is_named_and_asked_of_nobody()
    {
        var address = $"https://{string.Concat(Enumerable.Repeat(new string('a', 60) + ".", 5))}it/cb";
        await using var services = new ServiceCollection().AddOutgoingAddresses("https://sso.test").AddSingleton(new OutgoingOptions())
            .AddSingleton(new RegistrationPolicy()).BuildServiceProvider();
        Assert.Single(await FindAsync(services.GetRequiredService<NameLookup>(), address));
    }

    /// <summary>Otherwise the doubt would tell which names of the inside there are, and where they lead.</summary>
    [Theory]
    [InlineData("10.0.0.7")]
    [InlineData("93.184.216.34")]
    public async Task Where_a_name_leads_makes_no_difference(string address) =>
        Assert.Empty(await FindAsync((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(address)]), "https://app.nuvola.it/cb"));

    [Fact]
    public async Task A_resolver_that_does_not_answer_is_waited_for_two_seconds_for_all_names_together()
    {
        var clock = new FakeClock();
        var silence = new TaskCompletionSource<IPAddress[]>();
        using var hosts = HostsOf((_, _) => silence.Task, clock);
        var finding = hosts.FindAsync(
            AdminDatabase.Row("lento") with
            {
                RedirectUris = [.. Enumerable.Range(0, RedirectUriRules.Most).Select(number => $"https://a{number}.nuvla.it/cb")],
            },
            CancellationToken.None);
        Assert.False(finding.IsCompleted);
        clock.Advance(UnknownHosts.Patience);
        Assert.Empty(await finding);
    }

    [Fact]
    public async Task No_more_names_than_four_are_asked_for_at_once_even_by_several_who_look()
    {
        var clock = new FakeClock();
        var (asked, silence) = (0, new TaskCompletionSource<IPAddress[]>());
        using var hosts = HostsOf(
            (_, _) =>
            {
                Interlocked.Increment(ref asked);
                return silence.Task;
            },
            clock);
        for (var look = 0; look < 3; look++)
        {
            var finding = hosts.FindAsync(
                AdminDatabase.Row("molti") with
                {
                    RedirectUris = [.. Enumerable.Range(0, RedirectUriRules.Most).Select(number => $"https://a{number}.nuvla.it/cb")],
                },
                CancellationToken.None);
            clock.Advance(UnknownHosts.Patience);
            Assert.Empty(await finding);
        }

        Assert.Equal(UnknownHosts.MostAtOnce, asked);
        silence.SetResult(Somewhere);
    }

    private async Task<IReadOnlyList<DiagnosedMistake>> DiagnoseAsync(string clientId)
    {
        var outcome = await admin.RunAsync<DiagnoseClient, Result<ClientDiagnoses, Refusal>>(
            doctor => doctor.ExecuteAsync(clientId, TimeSpan.FromDays(7), seesOthers: false, CancellationToken.None));
        return [.. outcome.Value!.Found.Where(item => item.Mistake == ClientMistake.UnknownHost)];
    }

    private static async Task<IReadOnlyList<UnknownHost>> FindAsync(NameLookup lookUp, params string[] redirectUris)
    {
        using var hosts = HostsOf(lookUp, new FakeClock());
        return await hosts.FindAsync(AdminDatabase.Row("app") with { RedirectUris = redirectUris }, CancellationToken.None);
    }

    private static UnknownHosts HostsOf(NameLookup lookUp, TimeProvider clock) =>
        new(new OutgoingOptions().ToPolicy("https://sso.test", []), lookUp, clock);
}
