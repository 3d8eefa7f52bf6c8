using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Admin.Keys;
using Sso.Data.Administrators;
using Sso.Data.Clients;
using Sso.Data.Secrets;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Server.Doctor;
using Sso.Server.Engine;
using Sso.Server.Http;
using Sso.Server.Keys;
using Sso.Server.Operations;
using Sso.Server.Tests.Administration;
using Sso.Server.Tests.Commands;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Keys;

/// <summary>Which applications have fetched a new key: seen by the addresses from which their back ends ask.</summary>
[Spec("C09")]
public sealed class KeySetFetchTests : IAsyncLifetime
{
    private const string Here = "203.0.113.7";

    private readonly SsoServer _server = new() { Settings = { "--Sso:TrustedProxies:0=10.0.0.1" } };

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task An_application_that_fetches_the_key_set_after_the_announcement_has_the_next_key()
    {
        var shop = await RegisterAsync("shop");
        await AskAsync(shop);
        await AnnounceAsync();
        Assert.Equal(FetchState.NotFetched, await StateAsync(shop));

        await _server.PassAsync(TimeSpan.FromMinutes(5));
        await FetchAsync(Here);
        await WriteAsync();
        Assert.Equal(FetchState.Fetched, await StateAsync(shop));
    }

    /// <summary>It asks for the key set, most often from a machine on which applications run too.</summary>
    [Fact]
    public async Task A_fetch_of_the_doctor_is_none_of_the_application_at_its_address()
    {
        var shop = await RegisterAsync("shop");
        await AskAsync(shop);
        await AnnounceAsync();
        await _server.PassAsync(TimeSpan.FromMinutes(5));

        await FetchAsync(Here, question: DoctorQuestion.New(_server.App.Services.GetRequiredService<Sealer>()).Text);
        await WriteAsync();
        Assert.Equal(FetchState.NotFetched, await StateAsync(shop));

        // Who only pretends to be the doctor counts as anybody.
        await FetchAsync(Here, question: "a stranger's");
        await WriteAsync();
        Assert.Equal(FetchState.Fetched, await StateAsync(shop));
    }

    [Fact]
    public async Task A_fetch_before_the_announcement_is_none_of_the_next_key()
    {
        var shop = await RegisterAsync("shop");
        await AskAsync(shop);
        await FetchAsync(Here);
        await AnnounceAsync();
        Assert.Equal(FetchState.NotFetched, await StateAsync(shop));
    }

    [Fact]
    public async Task A_node_that_has_not_read_the_next_key_yet_does_not_count_as_sending_it()
    {
        var shop = await RegisterAsync("shop");
        await using var second = await _server.StartSecondNodeAsync();
        await AskAsync(shop);
        await _server.PassAsync(TimeSpan.FromMinutes(1));
        await RotateAsync();
        await FetchAsync(Here, second);
        await WriteAsync(second);
        Assert.Equal(FetchState.NotFetched, await StateAsync(shop));
    }

    [Fact]
    public async Task Many_libraries_fetch_first_and_ask_then_which_counts_too()
    {
        var shop = await RegisterAsync("shop");
        await AnnounceAsync();
        await FetchAsync(Here);
        await WriteAsync();
        await _server.PassAsync(TimeSpan.FromMinutes(5));
        await AskAsync(shop);
        Assert.Equal(FetchState.Fetched, await StateAsync(shop));
    }

    [Fact]
    public async Task What_one_node_hears_of_an_address_another_counts_fetches_for()
    {
        var shop = await RegisterAsync("shop");
        await using var second = await _server.StartSecondNodeAsync();
        await AnnounceAsync();
        await FetchAsync(Here, second);
        await WriteAsync(second);
        await AskAsync(shop);
        await _server.PassAsync(TimeSpan.FromMinutes(3));
        await WriteAsync(second);

        Assert.Equal(FetchState.Fetched, await StateAsync(shop));
        Assert.Equal(FetchState.Fetched, await StateAsync(shop, second));
    }

    [Fact]
    public async Task Whoever_first_asks_from_an_address_that_has_the_key_has_it_too_whichever_node_sent_it()
    {
        var (shop, post) = (await RegisterAsync("shop"), await RegisterAsync("post"));
        await using var second = await _server.StartSecondNodeAsync();
        await AskAsync(shop);
        await AnnounceAsync();
        await FetchAsync(Here, second);
        await WriteAsync(second);

        await AskAsync(post);
        Assert.Equal(FetchState.Fetched, await StateAsync(post));
    }

    [Fact]
    public async Task Addresses_of_IPv6_count_by_their_network()
    {
        var shop = await RegisterAsync("shop");
        await AnnounceAsync();
        await AskAsync(shop, "2001:db8:1:2::a");
        await FetchAsync("2001:db8:1:3::a");
        await WriteAsync();
        Assert.Equal(FetchState.NotFetched, await StateAsync(shop));

        await FetchAsync("2001:db8:1:2:ffff::b");
        await WriteAsync();
        Assert.Equal("2001:db8:1:2::/64", Assert.Single(await RowsAsync()).Address);
        Assert.Equal(FetchState.Fetched, await StateAsync(shop));
    }

    [Fact]
    public async Task Behind_a_proxy_it_is_the_address_that_the_proxy_names()
    {
        var shop = await RegisterAsync("shop");
        await AskAsync(shop);
        await AnnounceAsync();
        await FetchAsync("10.0.0.1", forwardedFor: "203.0.113.8");
        await WriteAsync();
        Assert.Equal(FetchState.NotFetched, await StateAsync(shop));

        await FetchAsync("10.0.0.1", forwardedFor: Here);
        await WriteAsync();
        Assert.Equal(FetchState.Fetched, await StateAsync(shop));
    }

    [Fact]
    public async Task Ten_thousand_strangers_leave_no_row_and_hide_nobody_who_is_known()
    {
        var shop = await RegisterAsync("shop");
        await AskAsync(shop);
        await AnnounceAsync();
        var fetches = _server.App.Services.GetRequiredService<KeySetFetches>();
        foreach (var number in Enumerable.Range(0, KeySetFetches.MostAddresses + 100))
        {
            fetches.NoteFetch(FromOf($"10.1.{number / 250}.{number % 250}"), fetches.NewestKeyAt);
        }

        await FetchAsync(Here);
        await WriteAsync();
        Assert.Single(await RowsAsync());
        Assert.Equal(FetchState.Fetched, await StateAsync(shop));
    }

    [Fact]
    public async Task Where_public_clients_ask_from_is_not_kept()
    {
        var app = await _server.RegisterAsync(
            "app", client => (client.AuthenticationMethod, client.SecretHash) = (ClientAuthenticationMethod.None, null));
        await AskAsync(app);
        await FetchAsync(Here);
        await WriteAsync();
        Assert.Empty(await RowsAsync());
    }

    [Fact]
    public async Task Who_does_not_prove_itself_is_not_noted()
    {
        var shop = await RegisterAsync("shop");
        await AskAsync(new RelyingParty(_server, await ClientAsync(shop.Id), "wrong") { Address = Here });
        Assert.Empty(await RowsAsync());
    }

    /// <summary>As in a test of an application from the console: the address is that of an administrator.</summary>
    [Fact]
    public async Task What_the_server_asks_itself_for_a_visitor_is_not_noted()
    {
        var shop = await RegisterAsync("shop");
        var fetches = _server.App.Services.GetRequiredService<KeySetFetches>();
        var asked = new DefaultHttpContext();
        ClientAddress.Lend(FromOf(Here), asked);
        fetches.NoteRequest(asked, shop.Id);
        await WriteAsync();
        Assert.Empty(await RowsAsync());
    }

    [Fact]
    public async Task Of_each_application_the_eight_most_recent_addresses_are_kept()
    {
        var shop = await RegisterAsync("shop");
        foreach (var number in Enumerable.Range(1, 8))
        {
            await AskAsync(shop, $"192.0.2.{number}");
            await _server.PassAsync(TimeSpan.FromSeconds(1));
        }

        // One that asks from ever new addresses makes no more than eight writes of it in an hour.
        await AskAsync(shop, "192.0.2.9");
        Assert.DoesNotContain("192.0.2.9", (await RowsAsync()).Select(row => row.Address));

        await _server.PassAsync(TimeSpan.FromHours(1));
        await AskAsync(shop, "192.0.2.10");
        Assert.Equal(
            Enumerable.Range(2, 7).Append(10).Select(number => $"192.0.2.{number}").Order(StringComparer.Ordinal),
            (await RowsAsync()).Select(row => row.Address).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_request_writes_nothing_and_what_it_told_is_written_once_an_hour()
    {
        var shop = await RegisterAsync("shop");
        await AskAsync(shop);
        var first = Assert.Single(await RowsAsync()).LastRequestAt;
        await _server.PassAsync(TimeSpan.FromMinutes(30));
        await AskAsync(shop);
        Assert.Equal(first, Assert.Single(await RowsAsync()).LastRequestAt);
        await _server.PassAsync(TimeSpan.FromMinutes(31));
        await AskAsync(shop);
        Assert.True(Assert.Single(await RowsAsync()).LastRequestAt > first);
    }

    [Fact]
    public async Task A_fetch_costs_no_statement()
    {
        _server.Statements.Reset();
        await FetchAsync(Here);
        Assert.Empty(_server.Statements.Commands);
    }

    [Fact]
    public async Task A_node_that_stops_writes_what_it_noted()
    {
        var shop = await RegisterAsync("shop");
        await using (var second = await _server.StartSecondNodeAsync())
        {
            await PostAsync(shop.On(second), Here);
        }

        Assert.Single(await RowsAsync());
    }

    [Fact]
    public async Task An_application_that_is_removed_takes_its_addresses_with_it()
    {
        var shop = await RegisterAsync("shop");
        await AskAsync(shop);
        await using var scope = _server.App.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Sso.Admin.Clients.RemoveClient>().ExecuteAsync(shop.Id, CancellationToken.None);
        Assert.Empty(await RowsAsync());
    }

    [Fact]
    public async Task What_an_application_asked_just_before_it_was_removed_is_not_written_for_the_next_of_its_id()
    {
        var shop = await RegisterAsync("shop");
        await PostAsync(shop, Here);
        await using var scope = _server.App.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Sso.Admin.Clients.RemoveClient>().ExecuteAsync(shop.Id, CancellationToken.None);
        await WriteAsync();
        Assert.Empty(await RowsAsync());
    }

    [Fact]
    public async Task Rows_go_thirty_days_after_the_last_request()
    {
        await AskAsync(await RegisterAsync("shop"));
        await _server.PassAsync(TimeSpan.FromDays(30));
        await _server.KeepHouseAsync();
        Assert.Single(await RowsAsync());
        await _server.PassAsync(TimeSpan.FromMinutes(2));
        await _server.KeepHouseAsync();
        Assert.Empty(await RowsAsync());
    }

    [Fact]
    public async Task A_rotation_with_a_lagging_application_warns_five_days_before_and_goes_on()
    {
        var (shop, prompt) = (await RegisterAsync("shop"), await RegisterAsync("prompt"));
        await AskAsync(shop);
        await AnnounceAsync();
        await AskAsync(prompt, "203.0.113.8");
        await FetchAsync("203.0.113.8");
        await WriteAsync();
        await _server.PassAsync(TimeSpan.FromDays(8.9));
        Assert.Empty(await FoundAsync());

        await _server.PassAsync(TimeSpan.FromDays(0.2));
        var finding = Assert.Single(await FoundAsync());
        Assert.Equal(FindingState.Doubtful, finding.State);
        Assert.Contains(shop.Id, finding.What, StringComparison.Ordinal);
        Assert.DoesNotContain(prompt.Id, finding.What, StringComparison.Ordinal);
        await _server.KeepHouseAsync();
        Assert.Equal(1, _server.App.Services.GetRequiredService<ServerMetrics>().FetchesMissing);

        await FetchAsync(Here);
        await WriteAsync();
        Assert.Empty(await FoundAsync());
        await _server.KeepHouseAsync();
        Assert.Equal(0, _server.App.Services.GetRequiredService<ServerMetrics>().FetchesMissing);
    }

    [Fact]
    public async Task Whoever_wants_the_next_keys_at_once_hears_of_those_who_have_not_fetched_them()
    {
        await AskAsync(await RegisterAsync("shop"));
        await AnnounceAsync();
        await _server.PassAsync(TimeSpan.FromDays(1));
        var rotated = await RotateAsync(atOnce: true);
        Assert.Contains(rotated.Warnings, warning => warning.StartsWith("1 application at work was not seen", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_command_line_counts_them_and_names_those_that_lag()
    {
        var (shop, prompt) = (await RegisterAsync("shop"), await RegisterAsync("prompt"));
        await AskAsync(shop);
        await AnnounceAsync();
        await AskAsync(prompt, "203.0.113.8");
        await FetchAsync("203.0.113.8");
        await WriteAsync();

        var (people, programs) = (await ListAsync(), await ListAsync("--json"));
        Assert.Contains("1 of 2", people.Output, StringComparison.Ordinal);
        Assert.Contains(shop.Id, people.Output, StringComparison.Ordinal);
        var next = programs.Json.EnumerateArray().First(key => key.GetProperty("state").GetString() == "announced").GetProperty("fetches");
        Assert.Equal(1, next.GetProperty("fetched").GetInt32());
        Assert.Equal(shop.Id, Assert.Single(next.GetProperty("not_fetched").EnumerateArray()).GetString());

        Task<CommandResult> ListAsync(params string[] more) => CommandLine.RunOnAsync(
            _server.Clock,
            [$"--Database:Provider={_server.Database.Provider}", $"--Database:ConnectionString={_server.Database.ConnectionString}"],
            "",
            ["key", "list", .. more]);
    }

    [Fact]
    public async Task The_page_of_keys_shows_those_without_the_next_key_first_and_the_overview_leads_to_it()
    {
        var (shop, prompt) = (await RegisterAsync("lenta"), await RegisterAsync("pronta"));
        await AskAsync(shop);
        await AnnounceAsync();
        await AskAsync(prompt, "203.0.113.8");
        await FetchAsync("203.0.113.8");
        await WriteAsync();
        await _server.PassAsync(TimeSpan.FromDays(10));
        var owner = await _server.AddAdministratorAsync(AdministratorRole.Owner);
        var browser = _server.OpenBrowser();
        var page = await browser.OpenAsync(owner, "/console/keys");

        var card = page.Document.QuerySelectorAll("section:has(.badge)")[^1];
        Assert.Contains("Applicazioni: 1 su 2", card.TextContent, StringComparison.Ordinal);
        Assert.Equal(["lenta", "pronta"], card.QuerySelectorAll("li b").Select(name => name.TextContent));
        Assert.Equal(["Non ancora", "Scaricate"], card.QuerySelectorAll("li .badge").Select(badge => badge.TextContent.Trim()));
        Assert.Contains(Here, card.TextContent, StringComparison.Ordinal);
        Assert.Contains("non risulta", page.Document.QuerySelector(".notice.warning")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull((await browser.GetAsync("/console")).Document.QuerySelector(".notice.warning a[href='/console/keys']"));
        Assert.Contains(shop.Id, (await browser.GetAsync("/console/settings")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_hundreds_of_applications_the_page_shows_fifty_at_a_time()
    {
        await AnnounceAsync();
        await using (var database = _server.OpenDatabase())
        {
            var now = _server.Clock.GetUtcNow();
            foreach (var number in Enumerable.Range(100, 120))
            {
                database.Clients.Add(new ClientRegistration
                {
                    Id = $"app{number}",
                    Name = $"App {number}",
                    AuthenticationMethod = ClientAuthenticationMethod.ClientSecretBasic,
                    CreatedAt = now,
                    GrantTypes = [GrantTypes.AuthorizationCode],
                });
                database.BackendAddresses.Add(
                    new BackendAddress { ClientId = $"app{number}", Address = "192.0.2.1", FirstRequestAt = now, LastRequestAt = now });
            }

            await database.SaveChangesAsync();
        }

        var browser = _server.OpenBrowser();
        var page = await browser.OpenAsync(await _server.AddAdministratorAsync(AdministratorRole.Auditor), "/console/keys");
        var shown = new List<string>();
        while (true)
        {
            shown.AddRange(page.Document.QuerySelectorAll("section:has(.badge) li b").Select(name => name.TextContent));
            if (page.Document.QuerySelector("a[href*='after=']")?.GetAttribute("href") is not { } more)
            {
                break;
            }

            page = await browser.GetAsync(more);
        }

        Assert.Equal(Enumerable.Range(100, 120).Select(number => $"App {number}"), shown);
    }

    private async Task<RelyingParty> RegisterAsync(string name) => await _server.RegisterAsync(name);

    private async Task AskAsync(RelyingParty party, string from = Here)
    {
        await PostAsync(party, from);
        await WriteAsync();
    }

    private static Task<TokenAnswer> PostAsync(RelyingParty party, string from)
    {
        party.Address = from;
        return party.TokenAsync(("grant_type", "authorization_code"), ("code", "none"), ("redirect_uri", "https://x.example"));
    }

    private async Task FetchAsync(string from, SsoServer? node = null, string? forwardedFor = null, string? question = null)
    {
        using var http = (node ?? _server).Backchannel();
        using var request = new HttpRequestMessage(HttpMethod.Get, PublishedDocuments.KeySetPath);
        request.Headers.Add(VisitorAddress.Header, from);
        if (question is not null)
        {
            request.Headers.Add(DoctorQuestion.Header, question);
        }

        if (forwardedFor is not null)
        {
            request.Headers.Add("X-Forwarded-For", forwardedFor);
        }

        using var answer = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static DefaultHttpContext FromOf(string address) =>
        new() { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };

    private Task WriteAsync(SsoServer? node = null) =>
        (node ?? _server).App.Services.GetRequiredService<KeySetFetches>().WriteAsync(CancellationToken.None);

    /// <summary>The next keys are in the key set of every node.</summary>
    private async Task AnnounceAsync()
    {
        await _server.PassAsync(TimeSpan.FromMinutes(1));
        await RotateAsync();
        await _server.PassAsync(TimeSpan.FromSeconds(2));
    }

    private async Task<KeysRotated> RotateAsync(bool atOnce = false)
    {
        await using var scope = _server.App.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<RotateKeys>().ExecuteAsync(atOnce, CancellationToken.None);
    }

    private async Task<FetchState> StateAsync(RelyingParty party, SsoServer? node = null)
    {
        await using var scope = (node ?? _server).App.Services.CreateAsyncScope();
        var keys = await scope.ServiceProvider.GetRequiredService<ListKeys>().ExecuteAsync(CancellationToken.None);
        var rotations = await scope.ServiceProvider.GetRequiredService<ListFetches>().ExecuteAsync(keys, CancellationToken.None);
        return rotations[^1].Applications.Single(item => item.ClientId == party.Id).State;
    }

    private async Task<IReadOnlyList<Finding>> FoundAsync()
    {
        await using var scope = _server.App.Services.CreateAsyncScope();
        var findings = await scope.ServiceProvider.GetRequiredService<DatabaseExamination>().KeysAsync(CancellationToken.None);
        return [.. findings.Skip(1)];
    }

    private async Task<List<BackendAddress>> RowsAsync()
    {
        await using var database = _server.OpenDatabase();
        return await database.BackendAddresses.AsNoTracking().ToListAsync();
    }

    private async Task<ClientRegistration> ClientAsync(string id)
    {
        await using var database = _server.OpenDatabase();
        return await database.Clients.AsNoTracking().SingleAsync(row => row.Id == id);
    }
}
