using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data.Administrators;
using Sso.Data.Clients;
using Sso.Protocol.Clients;
using Sso.Server.ClientAuthentication;
using Sso.Server.Operations;
using Sso.Server.Tests.AdminApi;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Administration;

/// <summary>
/// What is known of a secret: what it is called, who made it, when it ends, when it was last used; how it is changed step by step, and who
/// is told before it ends.
/// </summary>
public sealed class SecretsTests : IAsyncLifetime
{
    private readonly SsoServer _server = new();

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_new_secret_has_its_label_its_maker_and_an_end_in_a_year()
    {
        var (shop, browser, owner, path) = await OpenAsync();
        await browser.SubmitAsync(await browser.GetAsync(path), form: "another", ("Input.Label", "produzione"));

        var row = await RowAsync(shop.Id);
        Assert.Equal("produzione", row.OtherSecretLabel);
        Assert.Equal($"administrator:{owner.Subject}", row.OtherSecretCreatedBy);
        Assert.Equal(_server.Clock.GetUtcNow().AddDays(365), row.OtherSecretExpiresAt!.Value, TimeSpan.FromMinutes(1));
        var list = await ListAsync(browser, path);
        Assert.Contains("produzione", list, StringComparison.Ordinal);
        Assert.Contains($"amministratore {owner.UserName}", list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_made_for_a_year_ends_in_a_year_at_once_and_on_a_day_that_nobody_reads_as_another()
    {
        var (_, browser, _, path) = await OpenAsync();
        await browser.SubmitAsync(await browser.GetAsync(path), form: "another", ("Input.Label", "produzione"));
        await _server.PassAsync(TimeSpan.FromSeconds(40));
        var list = await ListAsync(browser, path);
        Assert.Contains("365 giorni", list, StringComparison.Ordinal);
        Assert.Matches(@"\d+ \p{Ll}+ 20\d\d", list);
        Assert.DoesNotMatch(@"\d+/\d+/20\d\d", list);
    }

    [Fact]
    public async Task A_secret_without_an_end_can_be_had_and_the_page_warns_of_it_first()
    {
        var (shop, browser, _, path) = await OpenAsync();
        var page = await browser.GetAsync(path);
        Assert.Contains("senza scadenza", page.Document.GetElementById("days-hint")!.TextContent, StringComparison.Ordinal);
        await browser.SubmitAsync(page, form: "another", ("Input.Days", "0"));
        Assert.Null((await RowAsync(shop.Id)).OtherSecretExpiresAt);
    }

    [Fact]
    public async Task A_label_that_is_too_long_is_told_and_stays_as_it_was_typed()
    {
        var (shop, browser, _, path) = await OpenAsync();
        var typed = new string('x', 61);
        var page = await browser.SubmitAsync(await browser.GetAsync(path), form: "another", ("Input.Label", typed));
        Assert.Equal(typed, page.Document.GetElementById("label")!.GetAttribute("value"));
        Assert.Equal("true", page.Document.GetElementById("label")!.GetAttribute("aria-invalid"));
        Assert.Null((await RowAsync(shop.Id)).OtherSecretHash);
    }

    [Fact]
    [Spec("C04")]
    public async Task Its_last_use_is_seen_and_is_written_outside_of_requests_once_an_hour()
    {
        var (shop, browser, _, path) = await OpenAsync();
        Assert.Contains("Non ancora usato", await ListAsync(browser, path), StringComparison.Ordinal);
        var first = _server.Clock.GetUtcNow();
        await UseAsync(shop);
        await WriteAsync();
        Assert.Equal(first, (await RowAsync(shop.Id)).SecretLastUsedAt!.Value, TimeSpan.FromSeconds(5));
        Assert.Contains("Ultimo uso", await ListAsync(browser, path), StringComparison.Ordinal);

        await _server.PassAsync(TimeSpan.FromMinutes(50));
        await UseAsync(shop);
        await WriteAsync();
        Assert.Equal(first, (await RowAsync(shop.Id)).SecretLastUsedAt!.Value, TimeSpan.FromSeconds(5));

        await _server.PassAsync(TimeSpan.FromMinutes(11));
        await UseAsync(shop);
        await WriteAsync();
        Assert.Equal(_server.Clock.GetUtcNow(), (await RowAsync(shop.Id)).SecretLastUsedAt!.Value, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Two_nodes_write_a_use_once_an_hour_between_them()
    {
        var shop = await _server.RegisterAsync("segreti");
        await using var second = await _server.StartSecondNodeAsync();
        await UseAsync(shop);
        await WriteAsync();
        var written = (await RowAsync(shop.Id)).SecretLastUsedAt;
        await _server.PassAsync(TimeSpan.FromMinutes(30));
        await UseAsync(new RelyingParty(second, await RowAsync(shop.Id), shop.Secret));
        await second.App.Services.GetRequiredService<SecretUses>().WriteAsync(CancellationToken.None);
        Assert.Equal(written, (await RowAsync(shop.Id)).SecretLastUsedAt);
    }

    [Fact]
    public async Task A_node_that_was_not_first_writes_its_use_when_the_hour_of_the_first_is_over()
    {
        var shop = await _server.RegisterAsync("segreti");
        await using var second = await _server.StartSecondNodeAsync();
        var there = new RelyingParty(second, await RowAsync(shop.Id), shop.Secret);
        await UseAsync(shop);
        await WriteAsync();
        foreach (var minutes in (int[])[59, 2])
        {
            await _server.PassAsync(TimeSpan.FromMinutes(minutes));
            await UseAsync(there);
            await second.App.Services.GetRequiredService<SecretUses>().WriteAsync(CancellationToken.None);
        }

        Assert.Equal(_server.Clock.GetUtcNow(), (await RowAsync(shop.Id)).SecretLastUsedAt!.Value, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_node_that_stops_writes_what_it_noted()
    {
        var shop = await _server.RegisterAsync("segreti");
        await using (var second = await _server.StartSecondNodeAsync())
        {
            await UseAsync(new RelyingParty(second, await RowAsync(shop.Id), shop.Secret));
        }

        Assert.NotNull((await RowAsync(shop.Id)).SecretLastUsedAt);
    }

    [Fact]
    public async Task A_wrong_or_ended_secret_is_not_used()
    {
        var shop = await _server.RegisterAsync("segreti", client => client.SecretExpiresAt = _server.Clock.GetUtcNow());
        await UseAsync(shop);
        await UseAsync(new RelyingParty(_server, await RowAsync(shop.Id), "wrong"));
        await WriteAsync();
        Assert.Null((await RowAsync(shop.Id)).SecretLastUsedAt);
    }

    [Fact]
    public async Task The_change_of_a_secret_is_at_the_same_step_in_every_tab_and_after_every_reload()
    {
        var (shop, browser, _, path) = await OpenAsync();
        var (one, two) = (await browser.GetAsync(path), await browser.GetAsync(path));
        var added = await browser.SubmitAsync(one, form: "another");
        var fresh = new RelyingParty(_server, await RowAsync(shop.Id), added.Document.GetElementById("secret")!.TextContent);
        Assert.NotNull(added.Document.QuerySelector($"a[href='{path}']"));
        // The other tab makes no third one, and says how it is.
        Assert.Equal($"{path}&done=stale", (await browser.SubmitAsync(two, form: "another")).Url.PathAndQuery);
        Assert.Contains("Metti il nuovo segreto", await ProgressAsync(browser, path), StringComparison.Ordinal);

        await _server.ReloadAsync();
        await UseAsync(fresh);
        await WriteAsync();
        Assert.Contains("L’applicazione usa il nuovo", await ProgressAsync(browser, path), StringComparison.Ordinal);
        Assert.Contains("Aspetta che il primo", await ProgressAsync(browser, path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_former_secret_is_called_unused_only_when_it_was_so_for_longer_than_a_use_can_go_unwritten()
    {
        var (shop, browser, _, path) = await OpenAsync();
        var added = await browser.SubmitAsync(await browser.GetAsync(path), form: "another");
        var fresh = new RelyingParty(_server, await RowAsync(shop.Id), added.Document.GetElementById("secret")!.TextContent);
        await _server.ReloadAsync();
        // One program uses the new one and another still the former, over hours.
        for (var round = 0; round < 6; round++)
        {
            await UseAsync(shop);
            await WriteAsync();
            await _server.PassAsync(TimeSpan.FromMinutes(10));
            await UseAsync(fresh);
            await WriteAsync();
            Assert.Equal(("busy", "24"), await LookAsync());
            await _server.PassAsync(TimeSpan.FromMinutes(20));
        }

        await _server.PassAsync(TimeSpan.FromMinutes(121));
        await UseAsync(fresh);
        await WriteAsync();
        Assert.Equal(("quiet", "0"), await LookAsync());

        async Task<(string Step, string? After)> LookAsync()
        {
            var page = await _server.OpenBrowser().OpenAsync(await _server.AddAdministratorAsync(AdministratorRole.Owner), path);
            var isQuiet = page.Document.GetElementById("progress")!.TextContent.Contains("solo il nuovo", StringComparison.Ordinal);
            return (isQuiet ? "quiet" : "busy", page.Document.QuerySelector("#after option[selected]")?.GetAttribute("value"));
        }
    }

    [Fact]
    public async Task What_a_garbled_form_says_of_the_wait_takes_no_secret_away()
    {
        var (shop, browser, _, path) = await OpenAsync();
        await browser.SubmitAsync(await browser.GetAsync(path), form: "another");
        foreach (var after in (string[])["soon", "", "-1", "99999999999999"])
        {
            var page = await browser.SubmitAsync(await browser.GetAsync(path), form: "retire", ("after", after));
            Assert.Equal($"{path}&done=stale", page.Url.PathAndQuery);
        }

        Assert.NotNull((await RowAsync(shop.Id)).OtherSecretHash);
    }

    [Fact]
    public async Task A_secret_that_nobody_is_named_for_is_not_said_to_be_of_whoever_changes_its_application_later()
    {
        var shop = await _server.RegisterAsync("segreti", client => client.SecretCreatedAt = _server.Clock.GetUtcNow());
        await using (var database = _server.OpenDatabase())
        {
            // As of one that registered itself.
            await database.Clients.Where(client => client.Id == shop.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(client => client.SecretCreatedBy, (string?)null));
        }

        var machine = await ApiMachine.OpenAsync(_server, ApiScopes.WriteApps);
        var root = $"/api/admin/v1/applications/{shop.Id}/secrets";
        await machine.PostAsync(root, seen: "*");
        var row = await RowAsync(shop.Id);
        Assert.Null(row.SecretCreatedBy);
        Assert.StartsWith("client:", row.OtherSecretCreatedBy, StringComparison.Ordinal);

        await machine.SendAsync("DELETE", root + "/newer", seen: "*");
        Assert.Null((await RowAsync(shop.Id)).SecretCreatedBy);
    }

    [Fact]
    public async Task An_app_manager_is_not_told_the_names_of_administrators_but_their_own()
    {
        var (shop, browser, owner, path) = await OpenAsync();
        await browser.SubmitAsync(await browser.GetAsync(path), form: "another");
        var manager = await _server.AddAdministratorAsync(AdministratorRole.AppManager, shop.Id);
        var theirs = _server.OpenBrowser();
        Assert.DoesNotContain(owner.UserName, (await theirs.OpenAsync(manager, path)).Text, StringComparison.Ordinal);
        await using (var database = _server.OpenDatabase())
        {
            await database.Clients.Where(row => row.Id == shop.Id).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.OtherSecretCreatedBy, $"administrator:{manager.Subject}"));
        }

        Assert.Contains($"amministratore {manager.UserName}", await ListAsync(theirs, path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(24)]
    [InlineData(7 * 24)]
    [InlineData(30 * 24)]
    public async Task The_former_secret_ends_after_the_time_that_was_chosen(int hours)
    {
        var (shop, browser, owner, path) = await OpenAsync();
        var made = await browser.SubmitAsync(await browser.GetAsync(path), form: "another");
        var fresh = new RelyingParty(_server, await RowAsync(shop.Id), made.Document.GetElementById("secret")!.TextContent);
        var page = await browser.GetAsync(path);
        Assert.Equal($"{path}&done=retired", (await browser.SubmitAsync(page, form: "retire", ("after", $"{hours}"))).Url.PathAndQuery);
        await _server.PassAsync(TimeSpan.FromHours(hours - 1));
        Assert.True(await WorksAsync(shop));
        await _server.PassAsync(TimeSpan.FromHours(1));
        Assert.False(await WorksAsync(shop));
        Assert.True(await WorksAsync(fresh));
        Assert.Contains($"administrator:{owner.Subject} secret to end", await _server.ActorsAsync(shop.Id));
    }

    [Fact]
    public async Task An_ended_secret_makes_room_for_another_and_the_living_one_stays()
    {
        var (shop, browser, _, path) = await OpenAsync();
        var made = await browser.SubmitAsync(await browser.GetAsync(path), form: "another");
        var living = new RelyingParty(_server, await RowAsync(shop.Id), made.Document.GetElementById("secret")!.TextContent);
        await browser.SubmitAsync(await browser.GetAsync(path), form: "retire", ("after", "24"));
        await _server.PassAsync(TimeSpan.FromHours(25));
        var owner = await _server.AddAdministratorAsync(AdministratorRole.Owner);
        browser = _server.OpenBrowser();
        made = await browser.SubmitAsync(await browser.OpenAsync(owner, path), form: "another");
        var third = new RelyingParty(_server, await RowAsync(shop.Id), made.Document.GetElementById("secret")!.TextContent);
        await _server.ReloadAsync();
        Assert.True(await WorksAsync(living));
        Assert.True(await WorksAsync(third));
    }

    [Fact]
    public async Task The_only_secret_that_works_is_not_taken_away()
    {
        var (shop, browser, _, path) = await OpenAsync();
        await browser.SubmitAsync(await browser.GetAsync(path), form: "another");
        await using (var database = _server.OpenDatabase())
        {
            await database.Clients.Where(row => row.Id == shop.Id).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.SecretExpiresAt, _server.Clock.GetUtcNow()));
        }

        var living = (await RowAsync(shop.Id)).SecondSecret!.Fingerprint;
        var page = await browser.GetAsync(path);
        page = await browser.PostAsync(
            $"{path}&handler=Revoke", [new("__RequestVerificationToken", page.Token()), new("secret", living)]);
        Assert.Equal($"{path}&done=stale", page.Url.PathAndQuery);
        Assert.Equal(living, (await RowAsync(shop.Id)).SecondSecret!.Fingerprint);
    }

    [Fact]
    public async Task Whoever_looks_after_an_application_is_told_30_7_and_1_days_before_its_secret_ends_once_on_all_nodes()
    {
        var shop = await _server.RegisterAsync("segreti", client =>
            (client.SecretLabel, client.SecretExpiresAt) = ("produzione", _server.Clock.GetUtcNow().AddDays(31)));
        var (owner, manager, other) = (
            await _server.AddAdministratorAsync(AdministratorRole.Owner),
            await _server.AddAdministratorAsync(AdministratorRole.AppManager, shop.Id),
            await _server.AddAdministratorAsync(AdministratorRole.AppManager));
        await using var second = await _server.StartSecondNodeAsync();
        var told = new List<int>();
        for (var day = 0; day < 33; day++)
        {
            await Task.WhenAll(RemindAsync(_server), RemindAsync(second));
            await RemindAsync(_server);
            told.Add((await _server.MailsToAsync(owner.Email!)).Count);
            Assert.Equal(told[^1], (await _server.MailsToAsync(manager.Email!)).Count);
            await _server.PassAsync(TimeSpan.FromDays(1));
        }

        Assert.Equal([1, 24, 30], Enumerable.Range(1, 32).Where(day => told[day] > told[day - 1]));
        Assert.Equal(3, told[^1]);
        Assert.Empty(await _server.MailsToAsync(other.Email!));
        var mail = (await _server.MailsToAsync(owner.Email!))[0];
        Assert.Contains("produzione", mail.Text, StringComparison.Ordinal);
        Assert.Contains($"/console/application/secrets?id={shop.Id}", mail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_has_a_successor_ends_without_a_word_unless_it_is_still_used()
    {
        var owner = await _server.AddAdministratorAsync(AdministratorRole.Owner);
        var soon = _server.Clock.GetUtcNow().AddDays(5);
        var shop = await _server.RegisterAsync("segreti", client =>
            (client.SecretExpiresAt, client.OtherSecretHash) = (soon, ClientSecret.HashOf("other")));
        await RemindAsync(_server);
        Assert.Empty(await _server.MailsToAsync(owner.Email!));

        await UseAsync(shop);
        await WriteAsync();
        await RemindAsync(_server);
        Assert.Single(await _server.MailsToAsync(owner.Email!));
    }

    [Fact]
    public async Task A_secret_that_ended_a_week_ago_is_taken_away_where_it_has_a_successor_and_the_only_one_stays()
    {
        var now = _server.Clock.GetUtcNow();
        var shop = await _server.RegisterAsync("segreti", client =>
            (client.SecretExpiresAt, client.OtherSecretHash) = (now.AddDays(-6), ClientSecret.HashOf("other")));
        var alone = await _server.RegisterAsync("solo", client => client.SecretExpiresAt = now.AddDays(-60));
        await RemindAsync(_server);
        Assert.NotNull((await RowAsync(shop.Id)).OtherSecretHash);
        await _server.PassAsync(TimeSpan.FromDays(2));
        await RemindAsync(_server);
        var row = await RowAsync(shop.Id);
        Assert.Equal(ClientSecret.HashOf("other"), row.SecretHash);
        Assert.Null(row.OtherSecretHash);
        Assert.NotNull((await RowAsync(alone.Id)).SecretHash);
    }

    [Fact]
    public async Task A_secret_that_is_made_for_a_week_is_told_a_day_before_and_not_at_once()
    {
        var owner = await _server.AddAdministratorAsync(AdministratorRole.Owner);
        var machine = await ApiMachine.OpenAsync(_server, ApiScopes.WriteApps);
        var shop = await _server.RegisterAsync("segreti");
        await machine.PostAsync($"/api/admin/v1/applications/{shop.Id}/secrets?expires_in_days=7", seen: "*");
        await machine.SendAsync("DELETE", $"/api/admin/v1/applications/{shop.Id}/secrets/older", seen: "*");
        await RemindAsync(_server);
        Assert.Empty(await _server.MailsToAsync(owner.Email!));
        await _server.PassAsync(TimeSpan.FromDays(6));
        await RemindAsync(_server);
        Assert.Single(await _server.MailsToAsync(owner.Email!));
    }

    [Fact]
    [Spec("S136")]
    public async Task A_metric_tells_how_many_applications_are_near_the_end_of_their_last_secret()
    {
        var now = _server.Clock.GetUtcNow();
        await _server.RegisterAsync("ieri", client => client.SecretExpiresAt = now.AddDays(-1));
        await _server.RegisterAsync("domani", client => client.SecretExpiresAt = now.AddHours(20));
        await _server.RegisterAsync("presto", client => client.SecretExpiresAt = now.AddDays(20));
        await _server.RegisterAsync("mai");
        await _server.RegisterAsync("cambio", client =>
            (client.SecretExpiresAt, client.OtherSecretHash) = (now.AddDays(-1), ClientSecret.HashOf("other")));
        var seen = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "sso.clients.secrets.ending"
                    && ReferenceEquals(instrument.Meter.Scope, _server.App.Services.GetRequiredService<ServerMetrics>()))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((_, count, tags, _) => seen.Add($"{tags[0].Value}={count}"));
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Equal(["ended=1", "1d=1", "7d=0", "30d=1"], seen);
    }

    [Fact]
    public async Task A_program_lists_secrets_by_what_is_known_of_them()
    {
        var machine = await ApiMachine.OpenAsync(_server, ApiScopes.WriteApps, ApiScopes.ReadApps);
        var shop = await _server.RegisterAsync("segreti");
        var root = $"/api/admin/v1/applications/{shop.Id}/secrets";
        Assert.Equal(HttpStatusCode.BadRequest, (await machine.PostAsync(root + "?expires_in_days=soon", seen: "*")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await machine.PostAsync(root + "?expires_in_days=0", seen: "*")).Status);
        var added = await machine.PostAsync(root + "?label=fatture&expires_in_days=none", seen: "*");
        Assert.Equal(HttpStatusCode.Created, added.Status);
        Assert.Contains("does not end", added.Text, StringComparison.Ordinal);

        var listed = await machine.GetAsync(root);
        Assert.Equal(HttpStatusCode.OK, listed.Status);
        var item = listed.Json!["items"]![1]!;
        Assert.Equal("fatture", (string?)item["label"]);
        Assert.StartsWith("client:", (string?)item["created_by"], StringComparison.Ordinal);
        Assert.Null(item["expires_at"]);
        Assert.DoesNotContain("ssocs_", listed.Text, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, (await machine.SendAsync("DELETE", root + "/older?hours=24", seen: "*")).Status);
        Assert.Equal(_server.Clock.GetUtcNow().AddDays(1), (await RowAsync(shop.Id)).SecretExpiresAt!.Value, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task After_no_hours_a_secret_is_gone_at_once_and_more_than_anybody_means_are_refused()
    {
        var machine = await ApiMachine.OpenAsync(_server, ApiScopes.WriteApps);
        var shop = await _server.RegisterAsync("segreti");
        var root = $"/api/admin/v1/applications/{shop.Id}/secrets";
        await machine.PostAsync(root, seen: "*");
        var refused = await machine.SendAsync("DELETE", root + "/older?hours=8785", seen: "*");
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("0 to 8784 hours", refused.Text, StringComparison.Ordinal);
        Assert.NotNull((await RowAsync(shop.Id)).OtherSecretHash);

        Assert.Equal(HttpStatusCode.OK, (await machine.SendAsync("DELETE", root + "/older?hours=0", seen: "*")).Status);
        Assert.Null((await RowAsync(shop.Id)).OtherSecretHash);
    }

    private async Task<(RelyingParty Shop, Browser Browser, Customer Owner, string Path)> OpenAsync()
    {
        var shop = await _server.RegisterAsync("segreti");
        var (browser, owner) = (_server.OpenBrowser(), await _server.AddAdministratorAsync(AdministratorRole.Owner));
        var path = $"/console/application/secrets?id={shop.Id}";
        await browser.OpenAsync(owner, path);
        return (shop, browser, owner, path);
    }

    private static async Task<string> ListAsync(Browser browser, string path) =>
        (await browser.GetAsync(path)).Document.QuerySelector("section[aria-labelledby=list]")!.TextContent;

    private static async Task<string> ProgressAsync(Browser browser, string path) =>
        (await browser.GetAsync(path)).Document.GetElementById("progress")!.TextContent;

    private static Task<TokenAnswer> UseAsync(RelyingParty shop) =>
        shop.TokenAsync(("grant_type", "authorization_code"), ("code", "none"), ("redirect_uri", "https://x.example"));

    private static async Task<bool> WorksAsync(RelyingParty shop) => (await shop.TokenAsync(
        ("grant_type", "authorization_code"), ("code", "none"), ("redirect_uri", "https://x.example"))).Error != "invalid_client";

    private Task WriteAsync() => _server.App.Services.GetRequiredService<SecretUses>().WriteAsync(CancellationToken.None);

    private static async Task RemindAsync(SsoServer node)
    {
        await using var scope = node.App.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<SecretAlerts>().RunAsync(CancellationToken.None);
    }

    private async Task<ClientRegistration> RowAsync(string id)
    {
        await using var database = _server.OpenDatabase();
        return await database.Clients.AsNoTracking().SingleAsync(row => row.Id == id);
    }
}
