using System.Globalization;
using Sso.Data.Operations;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Account;

public sealed class OwnActivityTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    [Spec("S59")]
    public async Task Sign_ins_and_failures_are_listed_with_method_application_and_address()
    {
        var (shop, ada) = (await server.RegisterAsync("negozio"), await (await server.AddPersonAsync("ada")).WithAppAsync());
        var browser = server.OpenBrowser();
        await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), ada, "una password sbagliata");
        await server.PassAsync(TimeSpan.FromSeconds(1));
        await shop.SignInAsync(browser, ada);

        var lines = (await browser.GetAsync("/account/activity")).Document.QuerySelectorAll("ul.rows > li")
            .Select(line => line.TextContent).ToList();
        Assert.Contains(
            lines,
            line => line.Contains("Accesso a negozio", StringComparison.Ordinal)
                && line.Contains("App Authenticator", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("Password errata", StringComparison.Ordinal));
        var failures = (await browser.GetAsync("/account/activity?show=failures")).Document.QuerySelectorAll("ul.rows > li:not(.mine)");
        Assert.Contains("Password errata", Assert.Single(failures).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Older_lines_are_a_click_away_and_none_is_shown_twice()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        await using (var database = server.OpenDatabase())
        {
            for (var index = 0; index < 70; index++)
            {
                await server.PassAsync(TimeSpan.FromSeconds(1));
                database.SecurityEvents.Add(Event(ada, SecurityEventKind.PasswordFailed, detail: null));
            }

            await database.SaveChangesAsync();
        }

        var browser = server.OpenBrowser();
        await Journey.SignInAsync(browser, ada, "/account");
        var page = await browser.GetAsync("/account/activity?show=failures");
        Assert.Equal(["Password errata, 50 volte"], page.Document.QuerySelectorAll(".what b").Select(words => words.TextContent));
        page = await browser.GetAsync(
            page.Document.QuerySelectorAll("main .actions a").First(link => link.TextContent == "Più vecchie").GetAttribute("href")!);
        Assert.Equal(["Password errata, 20 volte"], page.Document.QuerySelectorAll(".what b").Select(words => words.TextContent));
    }

    [Fact]
    [Spec("S59")]
    public async Task The_spreadsheet_holds_every_line_and_no_formula()
    {
        var shop = await server.RegisterAsync("shop", client => client.Name = "=HYPERLINK(\"x\")");
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        await shop.SignInAsync(browser, ada);

        var page = await browser.GetAsync("/account/activity?handler=csv");

        Assert.StartsWith("text/csv", page.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Contains("\"'=HYPERLINK(\"\"x\"\")\"", page.Text, StringComparison.Ordinal);
        Assert.Contains("\"Accesso\",\"App Authenticator\"", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("U70")]
    public async Task Every_kind_of_event_has_its_words()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        // What is about the service and not about a person never has one.
        var kinds = Enum.GetValues<SecurityEventKind>()
            .Except(
                [
                    SecurityEventKind.ClientChanged, SecurityEventKind.BrandChanged, SecurityEventKind.KeysRotated,
                    SecurityEventKind.KeyRevoked, SecurityEventKind.RedirectUriRefused, SecurityEventKind.ResourceChanged,
                    SecurityEventKind.WebhookChanged, SecurityEventKind.ApiRead, SecurityEventKind.RequestRefused,
                    SecurityEventKind.DeliveryChanged, SecurityEventKind.PeopleImported, SecurityEventKind.BackupTaken,
                    SecurityEventKind.DatabaseRestored,
                ]).ToList();
        await using (var database = server.OpenDatabase())
        {
            database.SecurityEvents.AddRange(kinds.Select(kind => Event(ada, kind, "TextMessage")));
            await database.SaveChangesAsync();
        }

        var browser = server.OpenBrowser();
        await Journey.SignInAsync(browser, ada, "/account");
        var page = await browser.GetAsync("/account/activity");
        Assert.DoesNotContain(
            page.Document.QuerySelectorAll(".what b"), words => kinds.Any(kind => words.TextContent == kind.ToString()));
        Assert.True(page.Document.QuerySelectorAll(".what b").Length >= kinds.Count);
    }

    [Fact]
    public async Task The_steps_of_a_sign_in_are_one_line_and_times_are_those_of_the_reader()
    {
        var (shop, ada) = (
            await server.RegisterAsync("bottega"),
            await (await server.AddPersonAsync("ada", person => person.ZoneInfo = "Asia/Tokyo")).WithAppAsync());
        var browser = server.OpenBrowser();
        await shop.SignInAsync(browser, ada);
        var at = server.Clock.GetUtcNow();

        var page = await browser.GetAsync("/account/activity?show=signins");
        Assert.Equal(["Accesso a bottega"], page.Document.QuerySelectorAll(".what b").Select(words => words.TextContent));
        Assert.StartsWith(
            "Password + App Authenticator", page.Document.QuerySelector(".what small")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("ora di Tokyo", page.Document.QuerySelector(".top")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(
            at.ToOffset(TimeSpan.FromHours(9)).ToString("HH:mm", CultureInfo.InvariantCulture),
            page.Document.QuerySelector(".num")!.TextContent);
    }

    [Theory]
    [InlineData("it", "Europe/Zurich", "ora di Zurigo")]
    [InlineData("en", "Europe/Zurich", "Zurich time")]
    [InlineData("it", "America/New_York", "ora di New York")]
    [InlineData("it", "Etc/GMT-3", "UTC+03:00")]
    [InlineData("it", "Etc/UTC", "UTC")]
    public async Task A_page_calls_a_zone_what_a_mail_calls_it(string language, string zone, string name)
    {
        var ada = await (await server.AddPersonAsync("ada", person => (person.ZoneInfo, person.Locale) = (zone, language))).WithAppAsync();
        var browser = server.OpenBrowser();
        browser.AcceptLanguage = language;
        await Journey.SignInAsync(browser, ada, "/account");
        await browser.SubmitAsync(
            await browser.GetAsync("/account/password"), ("Input.Current", SsoServer.Password), ("Input.Password", "tutta un'altra frase"));

        Assert.Contains($"({name})", (await browser.GetAsync("/account/activity")).Document.Body!.TextContent, StringComparison.Ordinal);
        // Lines of the text part are broken anywhere.
        Assert.Contains($"({name})", string.Join(' ', (await ada.MailsAsync())[^1].Text.Split()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_failed_in_the_same_way_is_one_group_with_one_question_and_what_the_owner_just_did_has_none()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        await using (var database = server.OpenDatabase())
        {
            database.SecurityEvents.AddRange(
                Enumerable.Range(0, 3).Select(_ => Event(ada, SecurityEventKind.PasswordFailed, detail: null)));
            await database.SaveChangesAsync();
        }

        await server.PassAsync(TimeSpan.FromSeconds(1));
        var browser = server.OpenBrowser();
        await Journey.SignInAsync(browser, ada, "/account");
        var page = await browser.GetAsync("/account/activity");
        Assert.Equal(["Accesso", "Password errata, 3 volte"], page.Document.QuerySelectorAll(".what b").Select(words => words.TextContent));
        Assert.Single(page.Document.QuerySelectorAll("main a[href='/account/not-me']"));
    }

    [Fact]
    public async Task Who_tried_a_password_is_named_by_browser_and_stays_in_sight_on_the_overview()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var stranger = server.OpenBrowser();
        stranger.Headers.Add(("User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"));
        await Journey.PasswordAsync(stranger, await stranger.GetAsync("/account"), ada, "una password sbagliata");
        for (var visits = 0; visits < 4; visits++)
        {
            await server.PassAsync(TimeSpan.FromHours(1));
            await Journey.SignInAsync(server.OpenBrowser(), ada, "/account");
        }

        await server.PassAsync(TimeSpan.FromHours(1));
        var browser = server.OpenBrowser();
        var page = await Journey.SignInAsync(browser, ada, "/account");
        var recent = page.Document.QuerySelectorAll("[aria-labelledby=activity] li");
        Assert.Equal(3, recent.Length);
        Assert.Contains("Password errata", recent[2].TextContent, StringComparison.Ordinal);
        Assert.StartsWith("Firefox su Windows", recent[2].QuerySelector("small")!.TextContent, StringComparison.Ordinal);

        await server.PassAsync(TimeSpan.FromDays(8));
        page = await Journey.SignInAsync(server.OpenBrowser(), ada, "/account");
        Assert.DoesNotContain(
            "Password errata", page.Document.QuerySelector("[aria-labelledby=activity]")!.TextContent, StringComparison.Ordinal);
    }

    private SecurityEvent Event(Customer customer, SecurityEventKind kind, string? detail) => new(server.Clock.GetUtcNow(), kind)
    {
        PersonId = customer.Id,
        Detail = detail,
        Address = "192.0.2.7",
    };
}
