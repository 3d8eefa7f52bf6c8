using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sso.Admin.Deliveries;
using Sso.Data;
using Sso.Data.Administrators;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Delivery;
using Sso.Delivery.Routes;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Administration;

/// <summary>Texts and mails in the console: what is stopped on any node and let go again, the logs, and a test to oneself.</summary>
public sealed class TextsTests : IAsyncLifetime
{
    private readonly SsoServer _server = new()
    {
        MoreServices = services => services.RemoveAll<IMessageRoute>().AddSingleton<IMessageRoute, ChangingRoute>(),
    };

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_route_that_two_nodes_stay_away_from_is_shown_with_both_and_one_button_has_both_use_it_again()
    {
        await using var second = await _server.StartSecondNodeAsync();
        foreach (var node in (SsoServer[])[_server, second])
        {
            RouteOf(node).Answer = new DeliveryOutcome.ConfigError("no credit", StopsRoute: true);
            await RoutesOf(node).SendAsync(AMessage(), twice: false, CancellationToken.None);
            Assert.NotNull(RoutesOf(node).Paused);
            RouteOf(node).Answer = new DeliveryOutcome.Accepted("id", 1);
        }

        await using var database = _server.OpenDatabase();
        await UntilAsync(async () => await database.PausedRoutes.CountAsync() == 2, "both nodes have said so");
        var (browser, owner) = (_server.OpenBrowser(), await _server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, "/console/texts");
        var shown = page.Document.QuerySelector("#pauses")!.TextContent;
        Assert.Contains("credito", shown, StringComparison.Ordinal);
        Assert.Equal(2, page.Document.QuerySelectorAll("#pauses small").Length);

        page = await browser.ProveAsync(owner, await browser.SubmitAsync(page, form: "route-outbox"));
        Assert.Equal(HttpStatusCode.OK, page.Status);

        await UntilAsync(
            () => Task.FromResult(RoutesOf(_server).Paused is null && RoutesOf(second).Paused is null), "both use it again");
        await UntilAsync(async () => !await database.PausedRoutes.AnyAsync(), "both have said so");
        var recorded = await database.SecurityEvents.SingleAsync(item => item.Kind == SecurityEventKind.DeliveryChanged);
        Assert.Equal(("route outbox resumed", $"administrator:{owner.Subject}"), (recorded.Detail, recorded.Actor));
        Assert.Null((await browser.GetAsync("/console/texts")).Document.QuerySelector("#pauses"));
    }

    [Fact]
    public async Task A_route_that_recovers_by_itself_is_shown_no_more()
    {
        RouteOf(_server).Answer = new DeliveryOutcome.ConfigError("no credit", StopsRoute: true);
        await RoutesOf(_server).SendAsync(AMessage(), twice: false, CancellationToken.None);
        await using var database = _server.OpenDatabase();
        await UntilAsync(() => database.PausedRoutes.AnyAsync(), "the node has said so");
        RouteOf(_server).Answer = new DeliveryOutcome.Accepted("id", 1);
        await _server.PassAsync(RouteBreakerPause);
        await RoutesOf(_server).SendAsync(AMessage(), twice: false, CancellationToken.None);
        await UntilAsync(async () => !await database.PausedRoutes.AnyAsync(), "the node has said so");
    }

    [Fact]
    public async Task A_route_that_recovers_while_the_node_cannot_say_so_is_shown_no_more_once_it_can()
    {
        RouteOf(_server).Answer = new DeliveryOutcome.ConfigError("no credit", StopsRoute: true);
        await RoutesOf(_server).SendAsync(AMessage(), twice: false, CancellationToken.None);
        await using var database = _server.OpenDatabase();
        await UntilAsync(() => database.PausedRoutes.AnyAsync(), "the node has said so");
        await RenameAsync(database, "PausedRoutes", "Elsewhere");
        RouteOf(_server).Answer = new DeliveryOutcome.Accepted("id", 1);
        await _server.PassAsync(RouteBreakerPause);
        await RoutesOf(_server).SendAsync(AMessage(), twice: false, CancellationToken.None);
        await UntilAsync(
            () => Task.FromResult(_server.Log.Lines.Any(line => line.Contains("cannot say that it is there", StringComparison.Ordinal))),
            "the node has failed to say so");
        await RenameAsync(database, "Elsewhere", "PausedRoutes");
        await UntilAsync(async () => !await database.PausedRoutes.AnyAsync(), "the node has said so");
    }

    [Fact]
    public async Task What_a_node_that_was_killed_stayed_away_from_is_neither_shown_nor_let_go()
    {
        var now = _server.Clock.GetUtcNow();
        await using var database = _server.OpenDatabase();
        var killed = NodeNamed("altro:1", now - Node.Silence - TimeSpan.FromMinutes(1));
        database.Nodes.Add(killed);
        database.PausedRoutes.Add(new PausedRoute
        {
            NodeId = killed.Id,
            Route = "outbox",
            Since = now.AddMinutes(-10),
            Until = now.AddMinutes(5),
            Cause = "ConfigError",
        });
        await database.SaveChangesAsync();
        var page = await _server.OpenBrowser().OpenAsync(
            await _server.AddAdministratorAsync(AdministratorRole.Owner), "/console/texts");
        Assert.Null(page.Document.QuerySelector("#pauses"));
        await using var scope = _server.App.Services.CreateAsyncScope();
        Assert.NotNull((await scope.ServiceProvider.GetRequiredService<EndPause>().OfRouteAsync("outbox", CancellationToken.None)).Error);
    }

    [Fact]
    public async Task A_pause_that_is_over_ends_with_the_next_text_and_no_hour_that_has_passed_is_named()
    {
        RouteOf(_server).Answer = new DeliveryOutcome.ConfigError("no credit", StopsRoute: true);
        await RoutesOf(_server).SendAsync(AMessage(), twice: false, CancellationToken.None);
        await using var database = _server.OpenDatabase();
        await UntilAsync(() => database.PausedRoutes.AnyAsync(), "the node has said so");
        var (browser, owner) = (_server.OpenBrowser(), await _server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, "/console/texts");
        Assert.Contains("riprova alle", page.Document.QuerySelector("#pauses")!.TextContent, StringComparison.Ordinal);
        await database.PausedRoutes.ExecuteUpdateAsync(set => set.SetProperty(row => row.Until, _server.Clock.GetUtcNow()));
        page = await browser.GetAsync("/console/texts");
        Assert.Contains("riprova al prossimo SMS", page.Document.QuerySelector("#pauses")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prefix_that_was_closed_is_named_and_opened_and_judged_by_what_is_sent_afterwards()
    {
        var now = _server.Clock.GetUtcNow();
        var key = AttemptCounter.KeyOf("text-prefix-closed", "SignIn/+39333");
        await using var database = _server.OpenDatabase();
        database.DeliveryAlerts.Add(new DeliveryAlert { Key = new byte[32], At = now, Limit = "conversion", Subject = "SignIn/+39333" });
        database.AttemptCounters.Add(new AttemptCounter { Key = key, BlockedUntil = now.AddHours(1), ExpiresAt = now.AddDays(1) });
        await database.SaveChangesAsync();
        var (browser, security) = (_server.OpenBrowser(), await _server.AddAdministratorAsync(AdministratorRole.Security));
        var page = await browser.OpenAsync(security, "/console/texts");
        Assert.Contains("+39333 (Italia)", page.Document.QuerySelector("#pauses")!.TextContent, StringComparison.Ordinal);

        page = await browser.ProveAsync(security, await browser.SubmitAsync(page, form: "prefix-SignIn-39333"));

        Assert.Null(page.Document.QuerySelector("#pauses"));
        var counter = await database.AttemptCounters.AsNoTracking().SingleAsync(row => row.Key == key);
        Assert.True(counter.BlockedUntil <= _server.Clock.GetUtcNow());
        Assert.True(await database.SecurityEvents.AnyAsync(item => item.Detail == "prefix SignIn/+39333 opened"));
    }

    [Fact]
    public async Task A_test_goes_to_the_own_number_and_address_by_the_usual_way_and_the_page_tells_its_sender_what_came_of_it()
    {
        var help = await (await _server.AddAdministratorAsync(AdministratorRole.HelpDesk)).WithPhoneAsync();
        var browser = _server.OpenBrowser();
        var page = await browser.SubmitAsync(await browser.OpenAsync(help, "/console/texts"), form: "test-text");
        var textAt = page.Url.PathAndQuery;
        await using var database = _server.OpenDatabase();
        await Patience.UntilAsync(() => database.TextDeliveries.AnyAsync(row => row.Outcome != null), "the text leaves");
        page = await browser.GetAsync(textAt);
        Assert.Contains("preso in carico", page.Document.QuerySelector("#tested-text")!.TextContent, StringComparison.Ordinal);
        var sent = Assert.Single(RouteOf(_server).Sent);
        Assert.Equal("+393331234567", sent.To.E164);
        Assert.Contains("di prova", sent.Text, StringComparison.Ordinal);
        Assert.Equal(TextPurpose.Notice, (await database.TextDeliveries.SingleAsync()).Purpose);

        page = await browser.SubmitAsync(page, form: "test-mail");
        Assert.NotNull(page.Parameter("mail"));
        await Patience.UntilAsync(
            () => database.OutgoingMails.AnyAsync(mail => mail.Kind == "Test" && mail.Status == OutgoingMailStatus.Sent),
            "the mail leaves");
        page = await browser.GetAsync(page.Url.PathAndQuery);
        Assert.Contains("partita", page.Document.QuerySelector("#tested-mail")!.TextContent, StringComparison.Ordinal);
        Assert.Contains(await help.MailsAsync(), mail => mail.Subject.StartsWith("E‑mail di prova", StringComparison.Ordinal));

        var (other, owner) = (_server.OpenBrowser(), await _server.AddAdministratorAsync(AdministratorRole.Owner));
        await other.OpenAsync(owner, "/console/texts");
        var theirs = await other.GetAsync(textAt);
        Assert.DoesNotContain("preso", theirs.Document.QuerySelector("#tested-text")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_five_tests_in_an_hour_none_leaves_and_without_a_number_there_is_none_to_send_a_text_to()
    {
        var help = await _server.AddAdministratorAsync(AdministratorRole.HelpDesk);
        var browser = _server.OpenBrowser();
        var page = await browser.OpenAsync(help, "/console/texts");
        Assert.Null(page.Document.QuerySelector("#test-text"));
        for (var test = 0; test < 5; test++)
        {
            page = await browser.SubmitAsync(page, form: "test-mail");
            Assert.DoesNotContain("done=", page.Url.PathAndQuery, StringComparison.Ordinal);
        }

        page = await browser.SubmitAsync(page, form: "test-mail");
        Assert.EndsWith("done=toooften", page.Url.PathAndQuery, StringComparison.Ordinal);
        await using var database = _server.OpenDatabase();
        Assert.Equal(5, await database.OutgoingMails.CountAsync(mail => mail.Kind == "Test"));
    }

    [Fact]
    public async Task The_log_is_searched_by_what_is_told_of_a_text_and_says_in_words_what_became_of_it()
    {
        var now = _server.Clock.GetUtcNow();
        await using var database = _server.OpenDatabase();
        database.TextDeliveries.AddRange(
            Text("+39 ••• ••• ••67", TextPurpose.SignIn, "Accepted", TextReceiptStatus.Delivered),
            Text("+39 ••• ••• ••42", TextPurpose.Enrolment, "ConfigError", TextReceiptStatus.None),
            Text("+39 ••• ••• ••42", TextPurpose.Notice, "Accepted", TextReceiptStatus.Failed));
        database.TextDeliveries.AddRange(Enumerable.Range(0, 60).Select(
            _ => Text("+39 ••• ••• ••11", TextPurpose.SignIn, "Accepted", TextReceiptStatus.Delivered)));
        await database.SaveChangesAsync();
        var (browser, auditor) = (_server.OpenBrowser(), await _server.AddAdministratorAsync(AdministratorRole.Auditor));
        var page = await browser.OpenAsync(auditor, "/console/texts/log?digits=42");
        var found = page.Document.QuerySelectorAll("#texts li").Select(line => line.TextContent).ToList();
        Assert.Equal(2, found.Count);
        Assert.Contains(found, line => line.Contains("credito", StringComparison.Ordinal));
        Assert.Contains(found, line => line.Contains("non arrivato (4)", StringComparison.Ordinal));
        Assert.Single((await browser.GetAsync("/console/texts/log?digits=42&purpose=Enrolment")).Document.QuerySelectorAll("#texts li"));
        Assert.Equal(2, (await browser.GetAsync("/console/texts/log?only=troubled")).Document.QuerySelectorAll("#texts li").Length);
        page = await browser.GetAsync("/console/texts/log?digits=4x");
        Assert.Contains("una o due cifre", page.Document.Body!.TextContent, StringComparison.Ordinal);
        foreach (var (query, field) in ((string, string)[])
            [
                ("digits=abc", "digits"), ("purpose=Foo", "purpose"), ("country=XX", "country"), ("until=ieri", "until"),
                ("from=2026-11-30&until=2026-11-29", "from"),
            ])
        {
            page = await browser.GetAsync("/console/texts/log?" + query);
            Assert.StartsWith("Errore", page.Document.Title, StringComparison.Ordinal);
            Assert.Equal("true", page.Document.GetElementById(field)!.GetAttribute("aria-invalid"));
            Assert.Equal("#" + field, page.Document.QuerySelector("#error-summary a")!.GetAttribute("href"));
        }

        page = await browser.GetAsync("/console/texts/log");
        Assert.Equal(50, page.Document.QuerySelectorAll("#texts li").Length);
        page = await browser.GetAsync(page.Document.QuerySelector("a[rel=next]")!.GetAttribute("href")!);
        Assert.Equal(13, page.Document.QuerySelectorAll("#texts li").Length);

        TextDelivery Text(string number, TextPurpose purpose, string outcome, TextReceiptStatus receipt)
        {
            now = now.AddMilliseconds(2);
            return new()
            {
                Id = Guid.CreateVersion7(now),
                TextId = Guid.CreateVersion7(now),
                Route = "twilio",
                MaskedNumber = number,
                Country = "IT",
                Prefix = "+39333",
                Purpose = purpose,
                SentAt = now,
                Cost = 700,
                Outcome = outcome,
                Receipt = receipt,
                ReceiptCode = receipt == TextReceiptStatus.Failed ? "4" : null,
            };
        }
    }

    [Fact]
    public async Task The_page_has_what_was_spent_of_each_budget_and_the_cost_of_each_day_as_chart_and_numbers()
    {
        var bo = await (await _server.AddPersonAsync("bo")).WithPhoneAsync();
        var browser = _server.OpenBrowser();
        await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), bo);
        await using var database = _server.OpenDatabase();
        await Patience.UntilAsync(() => database.TextDeliveries.AnyAsync(row => row.Outcome != null), "the text leaves");

        var (console, auditor) = (_server.OpenBrowser(), await _server.AddAdministratorAsync(AdministratorRole.Auditor));
        var page = await console.OpenAsync(auditor, "/console/texts");
        var tiles = page.Document.QuerySelectorAll(".kpi").Select(tile => tile.TextContent).ToList();
        Assert.Equal(4, tiles.Count);
        Assert.All(tiles.Take(3), tile => Assert.Contains("€ 0,10", tile, StringComparison.Ordinal));
        Assert.Contains("€ 20,00", tiles[0], StringComparison.Ordinal);
        Assert.Contains("€ 100,00", tiles[1], StringComparison.Ordinal);
        // The window begins with the first text, so it ends on another day, which an hour alone does not say.
        Assert.Contains("In 24 ore", tiles[1], StringComparison.Ordinal);
        Assert.Matches(@"fino a: \d+ \p{Ll}+ alle \d\d:\d\d", tiles[1]);
        Assert.Single(page.Document.QuerySelectorAll(".chart rect.good"));
        Assert.Equal(28, page.Document.QuerySelectorAll("table.numbers tbody tr").Length);
        // An auditor looks, and has nothing to press.
        Assert.Null(page.Document.QuerySelector("main form"));
    }

    /// <summary>An empty budget and a chart of nothing looked as if texts could leave.</summary>
    [Theory]
    [InlineData("it", "Gli SMS sono spenti", "Spenti")]
    [InlineData("en", "Texts are off", "Off")]
    public async Task Without_a_route_both_pages_say_that_texts_are_off_and_one_how_to_turn_them_on(
        string language, string said, string shortly)
    {
        await using var quiet = await WithoutRouteAsync();
        var browser = quiet.OpenBrowser();
        browser.AcceptLanguage = language;

        var page = await browser.OpenAsync(await quiet.AddAdministratorAsync(AdministratorRole.Owner), "/console");

        var tile = page.Document.QuerySelectorAll(".kpi")[^1];
        Assert.Equal(shortly, tile.QuerySelector("b")!.TextContent);
        Assert.DoesNotContain("€", page.Document.Body!.TextContent, StringComparison.Ordinal);
        page = await browser.GetAsync(tile.QuerySelector("a")!.GetAttribute("href")!);
        Assert.Equal("/console/texts", page.Path);
        var off = page.Document.QuerySelector("#off")!.TextContent;
        Assert.Contains(said, off, StringComparison.Ordinal);
        Assert.Contains("\"Routes\": [ \"vonage-messages\" ]", off, StringComparison.Ordinal);
        Assert.DoesNotContain("€", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Empty(page.Document.QuerySelectorAll(".kpi, .chart"));
        Assert.Contains(said, page.Document.QuerySelector("#tested-text")!.TextContent, StringComparison.Ordinal);
        // Mails leave as ever.
        Assert.NotNull(page.Document.QuerySelector("#test-mail"));
        Assert.NotNull(page.Document.QuerySelector("a[href='/console/texts/mails']"));
    }

    [Fact]
    public async Task What_was_spent_before_texts_were_turned_off_stays_on_both_pages()
    {
        await using var quiet = await WithoutRouteAsync();
        await using (var database = quiet.OpenDatabase())
        {
            database.TextDeliveries.Add(new()
            {
                Id = Guid.CreateVersion7(),
                TextId = Guid.CreateVersion7(),
                Route = "former",
                MaskedNumber = "+39 ••• ••• ••67",
                Country = "IT",
                Prefix = "+39333",
                Purpose = TextPurpose.SignIn,
                SentAt = quiet.Clock.GetUtcNow(),
                Cost = 1_000,
                Outcome = "Accepted",
            });
            await database.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        var browser = quiet.OpenBrowser();
        var page = await browser.OpenAsync(await quiet.AddAdministratorAsync(AdministratorRole.Auditor), "/console");
        Assert.Contains("€ 0,10", page.Document.QuerySelectorAll(".kpi")[^1].TextContent, StringComparison.Ordinal);
        Assert.Contains("Ora sono spenti", page.Document.QuerySelectorAll(".kpi")[^1].TextContent, StringComparison.Ordinal);
        page = await browser.GetAsync("/console/texts");
        Assert.NotNull(page.Document.QuerySelector("#off"));
        // That of the month; no budget of an hour or a day can be used up.
        Assert.Contains("€ 0,10", page.Document.QuerySelector(".kpi")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(2, page.Document.QuerySelectorAll(".kpi").Length);
        Assert.Single(page.Document.QuerySelectorAll(".chart rect.good"));
    }

    [Fact]
    public async Task A_mail_that_waits_is_named_with_its_masked_address_and_tried_at_once()
    {
        var ada = await _server.AddPersonAsync("ada");
        var now = _server.Clock.GetUtcNow();
        await using var database = _server.OpenDatabase();
        database.OutgoingMails.AddRange(
            Mail(1, OutgoingMailStatus.Waiting, MailTrouble.RelayNotReady), Mail(2, OutgoingMailStatus.Failed, MailTrouble.AddressRefused),
            Mail(3, OutgoingMailStatus.Decoy, trouble: null));
        await database.SaveChangesAsync();
        var (browser, owner) = (_server.OpenBrowser(), await _server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, "/console/texts/mails?only=troubled");
        var shown = page.Document.QuerySelectorAll("#mails li").Select(line => line.TextContent).ToList();
        Assert.Equal(2, shown.Count);
        Assert.All(shown, line => Assert.Contains("a•••@example.it", line, StringComparison.Ordinal));
        Assert.Contains(shown, line => line.Contains("non esiste", StringComparison.Ordinal));
        Assert.DoesNotContain(ada.Email, page.Text, StringComparison.Ordinal);

        page = await browser.ProveAsync(owner, await browser.SubmitAsync(page, form: "retry"));

        Assert.Contains("partono ora: 1", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.True(await database.SecurityEvents.AnyAsync(item => item.Detail == "1 mails tried again"));

        OutgoingMail Mail(int number, OutgoingMailStatus status, MailTrouble? trouble) => new()
        {
            Id = Guid.CreateVersion7(now.AddMilliseconds(2 * number)),
            // Of a key that this node does not know: it stays waiting.
            Protected = new byte[64],
            Kind = "Reset",
            MaskedAddress = status == OutgoingMailStatus.Decoy ? null : "a•••@example.it",
            CreatedAt = now,
            ExpiresAt = now.AddHours(1),
            Status = status,
            Attempts = 2,
            Trouble = trouble,
            NextAttemptAt = now.AddMinutes(30),
        };
    }

    [Fact]
    public async Task The_overview_names_every_node_with_its_version_and_says_when_one_is_silent()
    {
        await using var database = _server.OpenDatabase();
        await UntilAsync(() => database.Nodes.AnyAsync(), "the node has said that it is there");
        var (browser, owner) = (_server.OpenBrowser(), await _server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, "/console");
        Assert.Contains("attivi: 1", page.Document.Body!.TextContent, StringComparison.Ordinal);
        var newest = database.Database.GetMigrations().Order(StringComparer.Ordinal).Last();
        Assert.Contains(
            newest[(newest.IndexOf('_', StringComparison.Ordinal) + 1)..], page.Document.Body.TextContent, StringComparison.Ordinal);

        database.Nodes.Add(NodeNamed("altro:1", _server.Clock.GetUtcNow() - Node.Silence - TimeSpan.FromSeconds(1)));
        await database.SaveChangesAsync();
        page = await browser.GetAsync("/console");
        var nodes = page.Document.QuerySelector("#nodes")!;
        Assert.Contains("altro:1, 9.9.9, non risponde, ultimo segno: oggi", nodes.TextContent, StringComparison.Ordinal);
        Assert.Contains("da controllare", nodes.ParentElement!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_was_killed_is_no_trouble_once_its_container_has_started_another_of_its_name()
    {
        await using var database = _server.OpenDatabase();
        await UntilAsync(() => database.Nodes.AnyAsync(), "the node has said that it is there");
        var living = await database.Nodes.AsNoTracking().SingleAsync();
        database.Nodes.Add(NodeNamed(living.Name, living.StartedAt - Node.Silence - TimeSpan.FromSeconds(1)));
        await database.SaveChangesAsync();
        var owner = await _server.AddAdministratorAsync(AdministratorRole.Owner);
        var nodes = (await _server.OpenBrowser().OpenAsync(owner, "/console")).Document.QuerySelector("#nodes")!;
        Assert.Contains("attivi: 1", nodes.ParentElement!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("(questo)", nodes.QuerySelectorAll("small")[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("(questo)", nodes.QuerySelectorAll("small")[0].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_stops_takes_its_row_away()
    {
        await using var database = _server.OpenDatabase();
        await using (var second = await _server.StartSecondNodeAsync())
        {
            await UntilAsync(async () => await database.Nodes.CountAsync() == 2, "both nodes have said that they are there");
        }

        Assert.Equal(1, await database.Nodes.CountAsync());
    }

    /// <summary>So that the node cannot say anything of its routes, or can again.</summary>
    private static async Task RenameAsync(SsoDbContext database, string table, string name)
    {
        var statement = TestDatabase.ChosenProvider == "SqlServer"
            ? $"EXEC sp_rename '{table}', '{name}'"
            : $"ALTER TABLE \"{table}\" RENAME TO \"{name}\"";
        await database.Database.ExecuteSqlRawAsync(statement);
    }

    private static Node NodeNamed(string name, DateTimeOffset seenAt) => new()
    {
        Id = Guid.CreateVersion7(seenAt),
        Name = name,
        Version = "9.9.9",
        StartedAt = seenAt.AddDays(-1),
        SeenAt = seenAt,
    };

    private static TimeSpan RouteBreakerPause => TimeSpan.FromMinutes(5);

    /// <summary>In Development there is always one.</summary>
    private static async Task<SsoServer> WithoutRouteAsync()
    {
        var quiet = new SsoServer
        {
            MoreServices = services => services.RemoveAll<MessageRoutes>()
                .AddSingleton(new MessageRoutes([], new Dictionary<string, IReadOnlyList<GuardedRoute>>())),
        };
        await quiet.InitializeAsync();
        return quiet;
    }

    private static GuardedRoute RoutesOf(SsoServer node) => node.App.Services.GetRequiredService<MessageRoutes>().All.Single();

    private static ChangingRoute RouteOf(SsoServer node) => (ChangingRoute)node.App.Services.GetRequiredService<IMessageRoute>();

    private static OutgoingMessage AMessage() => new()
    {
        Id = Guid.CreateVersion7(DateTimeOffset.UnixEpoch),
        To = PhoneNumber.FromStored("+393331234567"),
        Text = "prova",
        Life = TimeSpan.FromMinutes(1),
    };

    /// <summary>Seconds pass meanwhile: nodes look at their tables by the clock.</summary>
    private Task UntilAsync(Func<Task<bool>> isSo, string what) => Patience.UntilAsync(
        async () =>
        {
            if (await isSo())
            {
                return true;
            }

            _server.Clock.Advance(TimeSpan.FromSeconds(1));
            await _server.ReloadAsync();
            return false;
        },
        what);

    /// <summary>Answers what it is told to.</summary>
    private sealed class ChangingRoute : IMessageRoute
    {
        public DeliveryOutcome Answer { get; set; } = new DeliveryOutcome.Accepted("id", 1);

        public List<OutgoingMessage> Sent { get; } = [];

        public string Name => "outbox";

        public bool HasReceipts => false;

        public Task<DeliveryOutcome> SendAsync(OutgoingMessage message, CancellationToken cancellation)
        {
            Sent.Add(message);
            return Task.FromResult(Answer);
        }
    }
}
