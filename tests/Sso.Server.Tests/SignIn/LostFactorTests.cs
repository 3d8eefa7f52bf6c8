using Microsoft.EntityFrameworkCore;
using Sso.Data.Administrators;
using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Server.Tests.Administration;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.SignIn;

/// <summary>
/// The way back for who has lost every second factor: a request, a wait, a link, the password, a new factor, in that order.
/// </summary>
[Spec("S39")]
[Spec("V7")]
public sealed class LostFactorTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    [Spec("U49")]
    public async Task It_is_reached_from_every_challenge_and_only_after_the_password()
    {
        var ada = await (await (await server.AddPersonAsync("ada")).WithAppAsync()).WithPhoneAsync();
        var browser = server.OpenBrowser();
        var page = await browser.GetAsync("/account");
        Assert.Equal("/signin", (await browser.GetAsync("/signin/verify/lost" + page.Url.Query)).Path);
        page = await Journey.PasswordAsync(browser, page, ada);
        foreach (var way in (string[])["choose", "app", "sms", "recovery"])
        {
            var challenge = await browser.GetAsync($"/signin/verify/{way}{page.Url.Query}");
            Assert.Equal($"/signin/verify/{way}", challenge.Path);
            Assert.Equal("/signin/verify/lost", (await FollowAsync(browser, challenge, "a[href*='/signin/verify/lost']")).Path);
        }
    }

    [Fact]
    public async Task Asking_changes_nothing_and_is_told_by_mail_and_text_at_once()
    {
        var ada = await (await (await server.AddPersonAsync("ada")).WithAppAsync()).WithPhoneAsync();
        var (browser, page) = await AskAsync(ada);

        Assert.Contains("Abbiamo ricevuto la tua richiesta", Words(page), StringComparison.Ordinal);
        var mail = Assert.Single(await ada.MailsAsync());
        Assert.StartsWith("Richiesta di sostituire i tuoi metodi", mail.Subject, StringComparison.Ordinal);
        Assert.Contains(
            (server.Clock.GetUtcNow() + Day).ToLocalTime()
                .ToString("d MMMM yyyy 'alle' HH:mm", System.Globalization.CultureInfo.GetCultureInfo("it")),
            mail.Text, StringComparison.Ordinal);
        await using var database = server.OpenDatabase();
        Assert.Single(await database.OutgoingTexts.Where(text => text.PersonId == ada.Id).ToListAsync());
        var recorded = await database.SecurityEvents.SingleAsync(item => item.Kind == SecurityEventKind.LostFactorReported
            && item.PersonId == ada.Id);
        Assert.Equal((ada.Id, ProofMethod.Password), (recorded.PersonId, recorded.Method));
        Assert.NotNull(recorded.SessionId);

        var challenge = await browser.GetAsync("/signin/verify/app" + page.Url.Query);
        Assert.Contains("ha chiesto di sostituire i tuoi metodi", Words(challenge), StringComparison.Ordinal);
        Assert.Equal("/signin/verify/choose", (await browser.GetAsync("/account")).Path);
        Assert.Equal("/account", (await Journey.AppAsync(browser, challenge, ada)).Path);
    }

    [Fact]
    public async Task After_the_wait_link_and_password_lead_to_a_new_factor_and_the_old_ones_go()
    {
        var (shop, ada) = (await server.RegisterAsync("shop"), await (await server.AddPersonAsync("ada")).WithAppAsync());
        var elsewhere = server.OpenBrowser();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(elsewhere, ada, ("scope", "openid offline_access"))).Code);
        var old = await FactorsAsync(ada);
        await AskAsync(ada);
        var link = await ReadyAsync(ada);
        var browser = server.OpenBrowser();

        var page = await OpenAsync(browser, link);
        Assert.Equal("/signin", page.Path);
        page = await Journey.PasswordAsync(browser, page, ada);
        Assert.Equal("/signin/enrol", page.Path);
        Assert.Equal(old, await FactorsAsync(ada));
        page = await EnrolAppAsync(browser, page, ada);

        Assert.Equal("/account/mfa/recovery-codes", page.Path);
        Assert.Empty(old.Intersect(await FactorsAsync(ada)));
        Assert.Single(await FactorsAsync(ada));
        page = await browser.SubmitAsync(page, ("Input.Code", page.Document.QuerySelector("ol.codes li")!.TextContent.Trim()));
        Assert.Equal("/account/mfa", page.Path);
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal("/signin", (await elsewhere.GetAsync("/account")).Path);
        Assert.Contains(
            await ada.MailsAsync(),
            mail => mail.Subject.Contains("metodi di autenticazione sono stati sostituiti", StringComparison.Ordinal));
        await using var database = server.OpenDatabase();
        Assert.True(
            await database.SecurityEvents.AnyAsync(item => item.Kind == SecurityEventKind.FactorsReplaced && item.PersonId == ada.Id));
        Assert.Empty(database.FactorRecoveries.Where(row => row.PersonId == ada.Id));
        Assert.Equal("/account", (await Journey.SignInAsync(server.OpenBrowser(), ada, "/account")).Path);
    }

    [Fact]
    [Spec("S116")]
    public async Task A_role_sleeps_while_its_holder_has_only_a_text_message_and_wakes_with_an_app()
    {
        var holder = await server.AddAdministratorAsync(AdministratorRole.Owner);
        var (working, browser) = (server.OpenBrowser(), server.OpenBrowser());
        Assert.Equal("/console", (await working.OpenAsync(holder, "/console")).Path);
        var form = await working.GetAsync("/console/applications/add");
        await AskAsync(holder);
        var page = await Journey.PasswordAsync(browser, await OpenAsync(browser, await ReadyAsync(holder)), holder);
        page = await browser.SubmitAsync(await browser.GetAsync("/account/mfa/sms" + page.Url.Query), ("Input.Number", "333 123 4567"));
        page = await browser.SubmitAsync(page, ("Input.Code", await server.LatestTextCodeAsync(holder.Id)));
        Assert.Equal("/account/mfa/recovery-codes", page.Path);
        page = await browser.SubmitAsync(page, ("Input.Code", page.Document.QuerySelector("ol.codes li")!.TextContent.Trim()));

        await using (var database = server.OpenDatabase())
        {
            Assert.Equal(AdministratorRole.Owner, (await database.Administrators.SingleAsync(row => row.PersonId == holder.Id)).Role);
        }

        // Neither what was open before, nor a form of it, nor whoever signs in with the text now.
        Assert.Equal("/signin", (await working.GetAsync("/console")).Path);
        Assert.Equal("/signin", (await working.PostAsync("/console/applications/add", Token(form))).Path);
        foreach (var path in (string[])["/console", "/console/people", "/console/administrators", "/console/keys"])
        {
            Assert.Equal("/signin/enrol", (await browser.GetAsync(path)).Path);
        }

        page = await browser.SubmitAsync(await browser.GetAsync("/console"));
        Assert.Null(page.Document.QuerySelector("input[value=sms]"));
        page = await EnrolAppAsync(browser, page, holder);
        Assert.Contains(
            await holder.MailsAsync(), mail => mail.Subject.Contains("Nuovo metodo", StringComparison.OrdinalIgnoreCase));
        Assert.Equal("/console", (await browser.OpenAsync(holder, "/console")).Path);
    }

    [Fact]
    public async Task Before_the_time_is_up_there_is_no_link_on_any_node_and_no_other_door()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        await using var second = await server.StartSecondNodeAsync();
        var (browser, page) = await AskAsync(ada);
        await server.PassAsync(Day - TimeSpan.FromMinutes(1));
        await server.KeepHouseAsync();
        await second.KeepHouseAsync();

        Assert.Single(await ada.MailsAsync());
        browser.MoveTo(second);
        page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), ada);
        Assert.Equal("/signin/verify/app", page.Path);
        foreach (var path in (string[])
        [
            "/signin/enrol", "/account/mfa/app", "/account/mfa/method", "/account/mfa/recovery-codes", "/account",
        ])
        {
            Assert.Equal("/signin/verify/app", (await browser.GetAsync(path + page.Url.Query)).Path);
        }

        var lost = await browser.GetAsync("/signin/verify/lost" + page.Url.Query);
        await browser.PostAsync(
            lost.Url.PathAndQuery + "&handler=Link", Token(await browser.GetAsync("/signin/verify/app" + page.Url.Query)));
        Assert.Single(await ada.MailsAsync());
    }

    [Fact]
    [Spec("A1")]
    [Spec("A3")]
    public async Task The_link_gives_nothing_without_the_password_nor_its_flow_to_another_browser()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var bo = await (await server.AddPersonAsync("bo")).WithAppAsync();
        await AskAsync(ada);
        var link = await ReadyAsync(ada);
        var (browser, attacker) = (server.OpenBrowser(), server.OpenBrowser());
        var page = await OpenAsync(browser, link);

        foreach (var path in (string[])["/signin/enrol", "/account/mfa/app", "/account/mfa/recovery-codes", "/connect/authorize/continue"])
        {
            Assert.Equal("/signin", (await browser.GetAsync(path + page.Url.Query)).Path);
            Assert.Equal("/error", (await attacker.GetAsync(path + page.Url.Query)).Path);
        }

        // The password of somebody else in the opened flow, and that of Ada in any other: the old factor is asked for.
        Assert.Equal("/signin/verify/app", (await Journey.PasswordAsync(browser, page, bo)).Path);
        browser.ForgetCookies();
        Assert.Equal("/signin/verify/app", (await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), ada)).Path);
        Assert.Equal("/signin/verify/app", (await Journey.PasswordAsync(attacker, await attacker.GetAsync("/account"), ada)).Path);
    }

    [Fact]
    public async Task The_link_in_the_mail_stops_it_and_leaves_the_account_alone()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        await AskAsync(ada);
        var stopped = await StopAsync(ada, handler: null);
        Assert.Contains("Richiesta annullata", Words(stopped), StringComparison.Ordinal);

        await server.PassAsync(Day);
        await server.KeepHouseAsync();
        Assert.DoesNotContain(await ada.MailsAsync(), mail => mail.Text.Contains("/signin/recover?", StringComparison.Ordinal));
        Assert.Equal("/account", (await Journey.SignInAsync(server.OpenBrowser(), ada, "/account")).Path);
    }

    [Fact]
    public async Task It_was_not_me_stops_it_and_takes_the_known_password_away()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        await AskAsync(ada);
        Assert.Contains("Account protetto", Words(await StopAsync(ada, "Secure")), StringComparison.Ordinal);

        await using var database = server.OpenDatabase();
        Assert.Empty(database.FactorRecoveries.Where(row => row.PersonId == ada.Id));
        Assert.Null((await database.Users.SingleAsync(person => person.Id == ada.Id)).PasswordHash);
        Assert.Contains(await ada.MailsAsync(), mail => mail.Text.Contains("/password/reset?", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_is_in_sees_it_on_every_page_and_stops_it()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var owner = server.OpenBrowser();
        await Journey.SignInAsync(owner, ada, "/account");
        await server.PassAsync(TimeSpan.FromMinutes(1));
        await AskAsync(ada);

        Assert.Contains("ha chiesto di sostituire", Words(await owner.GetAsync("/account/sessions")), StringComparison.Ordinal);
        var page = await FollowAsync(owner, await owner.GetAsync("/account"), "a[href='/account/mfa/lost']");
        page = await owner.SubmitAsync(page);

        Assert.Equal("/account/mfa", page.Path);
        Assert.DoesNotContain("ha chiesto di sostituire", Words(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_confirmed_address_a_human_has_to_help()
    {
        var ada = await (await server.AddPersonAsync("ada", person => person.EmailConfirmed = false)).WithAppAsync();
        var (browser, page) = await LostPageAsync(ada);
        Assert.Contains("Contattaci", Words(page), StringComparison.Ordinal);
        await browser.PostAsync(page.Url.PathAndQuery, Token(await browser.GetAsync("/signin/verify/app" + page.Url.Query)));
        await using var database = server.OpenDatabase();
        Assert.Empty(database.FactorRecoveries.Where(row => row.PersonId == ada.Id));
    }

    private async Task<(Browser Browser, Page Page)> LostPageAsync(Customer customer, Browser? browser = null)
    {
        browser ??= server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), customer);
        return (browser, await browser.GetAsync("/signin/verify/lost" + page.Url.Query));
    }

    private async Task<(Browser Browser, Page Page)> AskAsync(Customer customer, Browser? browser = null)
    {
        (browser, var page) = await LostPageAsync(customer, browser);
        return (browser, await browser.SubmitAsync(page));
    }

    /// <summary>The wait passes, and the link comes.</summary>
    private async Task<string> ReadyAsync(Customer customer)
    {
        await server.PassAsync(Day);
        await server.KeepHouseAsync();
        return await LinkAsync(customer, "/signin/recover?");
    }

    private static async Task<Page> OpenAsync(Browser browser, string link) => await browser.SubmitAsync(await browser.GetAsync(link));

    private async Task<Page> StopAsync(Customer customer, string? handler)
    {
        var browser = server.OpenBrowser();
        var page = await browser.GetAsync(await LinkAsync(customer, "/signin/recover/stop?"));
        return await browser.PostAsync(page.Url.PathAndQuery + (handler is null ? "" : "&handler=" + handler), Token(page));
    }

    private async Task<Page> EnrolAppAsync(Browser browser, Page page, Customer customer)
    {
        page = await browser.GetAsync("/account/mfa/app" + page.Url.Query);
        return await browser.SubmitAsync(page, ("Input.Code", await server.AppCodeAsync(customer.Id)));
    }

    private async Task<List<Guid>> FactorsAsync(Customer customer)
    {
        await using var database = server.OpenDatabase();
        return await database.SecondFactors.Where(row => row.PersonId == customer.Id && row.ActivatedAt != null)
            .Select(row => row.Id).ToListAsync();
    }

    private static async Task<string> LinkAsync(Customer customer, string path) => (await customer.MailsAsync())
        .SelectMany(mail => mail.Text.Split('\n')).First(line => line.StartsWith(SsoServer.Issuer + path, StringComparison.Ordinal));

    private static Task<Page> FollowAsync(Browser browser, Page page, string link) =>
        browser.GetAsync(page.Document.QuerySelector(link)!.GetAttribute("href")!);

    private static IEnumerable<KeyValuePair<string, string>> Token(Page page) =>
        [
            new(
                "__RequestVerificationToken",
                page.Document.QuerySelector("main input[name=__RequestVerificationToken]")!.GetAttribute("value")!),
        ];

    private static string Words(Page page) => page.Document.QuerySelector("main")!.TextContent;
}
