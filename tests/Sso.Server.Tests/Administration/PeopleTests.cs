using System.Net;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Administrators;
using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Administration;

/// <summary>What the help desk sees of people and does for them.</summary>
public sealed class PeopleTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Nobody_is_listed_before_something_was_typed_and_every_look_is_recorded()
    {
        var ada = await (await server.AddPersonAsync("adele")).WithAppAsync();
        var (browser, help) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.HelpDesk));
        var page = await browser.OpenAsync(help, "/console/people");
        Assert.DoesNotContain(ada.UserName, page.Text, StringComparison.Ordinal);
        page = await browser.GetAsync("/console/people?q=" + ada.UserName);
        page = await browser.GetAsync(page.Document.QuerySelector(".what a")!.GetAttribute("href")!);
        Assert.Contains(ada.Email, page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        await using var database = server.OpenDatabase();
        // The list, and the page, however often it is opened in a while.
        await browser.GetAsync(page.Url.PathAndQuery);
        var recorded = await database.SecurityEvents
            .Where(item => item.Kind == SecurityEventKind.PersonRead && item.Actor == $"administrator:{help.Subject}")
            .Select(item => item.Detail).ToListAsync();
        Assert.Equal([null, "search"], recorded.Order(StringComparer.Ordinal));
    }

    /// <summary>Twenty lines are soon full of looks, and nobody at the help desk needs those.</summary>
    [Fact]
    public async Task What_happened_to_a_person_is_not_hidden_by_who_looked_at_it()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        await Journey.SignInAsync(server.OpenBrowser(), ada, "/account");
        await using (var database = server.OpenDatabase())
        {
            var now = server.Clock.GetUtcNow();
            database.SecurityEvents.AddRange(Enumerable.Range(0, 30).Select(
                number => SecurityEvent.PersonRead(now.AddSeconds(number), ada.Id, $"administrator:{number}")));
            await database.SaveChangesAsync();
        }

        var help = await server.AddAdministratorAsync(AdministratorRole.HelpDesk);
        var page = await server.OpenBrowser().OpenAsync(help, $"/console/person?sub={ada.Subject}");
        var events = page.Document.QuerySelector("[aria-labelledby=events]")!;
        Assert.DoesNotContain("administrator:", events.TextContent, StringComparison.Ordinal);
        Assert.NotEmpty(events.QuerySelectorAll("li"));
    }

    [Fact]
    public async Task The_page_of_a_person_without_a_password_says_so_and_whether_a_link_is_out()
    {
        var nuova = await server.AddPersonAsync("nuova");
        await using var database = server.OpenDatabase();
        await database.Users.Where(person => person.UserName == nuova.UserName)
            .ExecuteUpdateAsync(set => set.SetProperty(person => person.PasswordHash, (string?)null));
        var (browser, help) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.HelpDesk));
        var page = await browser.OpenAsync(help, $"/console/person?sub={nuova.Subject}");
        Assert.Contains("nessun link", page.Document.QuerySelector("#password")!.TextContent, StringComparison.Ordinal);
        page = await browser.SubmitAsync(page, form: "reset");
        Assert.Contains("vale fino a", page.Document.QuerySelector("#password")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_says_what_is_too_short_and_a_long_list_has_pages()
    {
        var mark = $"{Guid.CreateVersion7():N}"[^8..];
        for (var number = 0; number < 52; number++)
        {
            await server.AddPersonAsync($"x{mark}{number:D2}-");
        }

        var (browser, help) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.HelpDesk));
        var page = await browser.OpenAsync(help, "/console/people?q=x");
        Assert.Empty(page.Document.QuerySelectorAll(".what"));
        Assert.Contains("almeno le prime 3 lettere", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);

        page = await browser.GetAsync($"/console/people?q=x{mark}");
        Assert.Equal(50, page.Document.QuerySelectorAll(".what").Length);
        page = await browser.GetAsync(page.Document.QuerySelector("a[rel=next]")!.GetAttribute("href")!);
        Assert.Equal(2, page.Document.QuerySelectorAll(".what").Length);
        Assert.Null(page.Document.QuerySelector("a[rel=next]"));
    }

    [Fact]
    public async Task The_page_of_a_person_shows_the_id_of_another_system_and_no_line_where_there_is_none()
    {
        var (ada, bo) = (await server.AddPersonAsync("ada", person => person.ExternalId = "C-77"), await server.AddPersonAsync("bo"));
        var (browser, help) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.HelpDesk));
        var page = await browser.OpenAsync(help, $"/console/person?sub={ada.Subject}");
        Assert.Equal("C-77", page.Document.GetElementById("external-id")!.TextContent);
        Assert.Null((await browser.GetAsync($"/console/person?sub={bo.Subject}")).Document.GetElementById("external-id"));
    }

    [Fact]
    public async Task Where_more_people_share_a_number_than_a_page_shows_it_says_so()
    {
        for (var number = 0; number < 50; number++)
        {
            await server.EnrolPhoneAsync((await server.AddPersonAsync("casa")).Id, "+393483330009");
        }

        var (browser, help) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.HelpDesk));
        await browser.OpenAsync(help, "/console/people");
        var page = await browser.GetAsync("/console/people?q=3483330009");
        Assert.Equal(50, page.Document.QuerySelectorAll(".what").Length);
        Assert.Null(page.Document.GetElementById("more-owners"));

        await server.EnrolPhoneAsync((await server.AddPersonAsync("casa")).Id, "+393483330009");
        page = await browser.GetAsync("/console/people?q=3483330009");
        Assert.Equal(50, page.Document.QuerySelectorAll(".what").Length);
        Assert.Contains("Più di 50", page.Document.GetElementById("more-owners")!.TextContent, StringComparison.Ordinal);
    }

    /// <summary>Where names are numbers, neither kind hides the other.</summary>
    [Fact]
    public async Task A_whole_number_finds_whoever_has_proved_it_and_whoever_is_called_so()
    {
        var (ada, called) = (await server.AddPersonAsync("ada"), await server.AddPersonAsync("3483330001"));
        await server.EnrolPhoneAsync(ada.Id, "+393483330001");
        var (browser, help) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.HelpDesk));
        await browser.OpenAsync(help, "/console/people");

        Assert.Equal([ada.UserName, called.UserName], await FoundAsync("3483330001"));
        Assert.Equal([ada.UserName], await FoundAsync("%2B39 348 333 0001"));
        Assert.Equal([called.UserName], await FoundAsync("34833300"));

        async Task<IEnumerable<string>> FoundAsync(string typed) =>
            (await browser.GetAsync("/console/people?q=" + typed)).Document.QuerySelectorAll(".what a").Select(link => link.TextContent);
    }

    [Fact]
    [Spec("S114")]
    public async Task The_help_desk_is_offered_nothing_for_a_higher_role_and_gets_nothing_by_asking()
    {
        var owner = await server.AddAdministratorAsync(AdministratorRole.Owner);
        var ada = await server.AddPersonAsync("ada");
        var (browser, help) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.HelpDesk));
        var token = (await browser.OpenAsync(help, $"/console/person?sub={ada.Subject}")).Token();
        var page = await browser.GetAsync($"/console/person?sub={owner.Subject}");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Empty(page.Document.QuerySelectorAll("#unlock, #reset, #signout"));
        foreach (var act in (string[])["Unlock", "Reset", "SignOut"])
        {
            var answer = await browser.PostAsync(
                $"/console/person?sub={owner.Subject}&handler={act}", [new("__RequestVerificationToken", token)]);
            Assert.Equal((act, HttpStatusCode.Forbidden), (act, answer.Status));
        }

        Assert.Empty(await owner.MailsAsync());
        await using var database = server.OpenDatabase();
        Assert.False(await database.SecurityEvents.AnyAsync(
            item => item.PersonId == owner.Id && item.Kind == SecurityEventKind.PersonChanged));
    }

    /// <summary>A remembered browser stands among what a sign-in proved, as nothing else of the account does.</summary>
    [Fact]
    public async Task Whatever_a_person_signed_in_with_has_a_word_on_the_page()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        await using (var database = server.OpenDatabase())
        {
            database.SecurityEvents.Add(SecurityEvent.SignedIn(
                server.Clock.GetUtcNow(), ada.Id, Guid.CreateVersion7(), "shop", "192.0.2.1", Enum.GetValues<ProofMethod>()));
            await database.SaveChangesAsync();
        }

        var help = await server.AddAdministratorAsync(AdministratorRole.HelpDesk);
        var page = await server.OpenBrowser().OpenAsync(help, $"/console/person?sub={ada.Subject}");

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("Dispositivo ricordato", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("S79")]
    public async Task A_wait_is_lifted_and_that_is_recorded()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var stranger = server.OpenBrowser();
        stranger.Address = "192.0.2.66";
        for (var wrong = 0; wrong < 12; wrong++)
        {
            await Journey.PasswordAsync(stranger, await stranger.GetAsync("/signin"), ada, "non è questa");
        }

        var (browser, help) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.HelpDesk));
        browser.Address = "192.0.2.77";
        var page = await browser.OpenAsync(help, $"/console/person?sub={ada.Subject}");
        Assert.NotNull(page.Document.QuerySelector(".notice.warning"));
        page = await browser.SubmitAsync(page, form: "unlock");
        Assert.Equal($"/console/person?sub={ada.Subject}&done=unlocked", page.Url.PathAndQuery);
        Assert.Null(page.Document.QuerySelector(".notice.warning"));
        await using var database = server.OpenDatabase();
        Assert.Equal(
            ["unlocked"], await database.SecurityEvents
                .Where(item => item.PersonId == ada.Id && item.Actor == $"administrator:{help.Subject}" && item.Detail != null)
                .Select(item => item.Detail!).ToListAsync());
    }

    [Fact]
    [Spec("S46")]
    public async Task Signing_somebody_out_ends_every_browser_and_what_applications_got()
    {
        var (shop, ada) = (await server.RegisterAsync("shop"), await (await server.AddPersonAsync("ada")).WithAppAsync());
        var visitor = server.OpenBrowser();
        await shop.RedeemAsync((await Journey.SignInAsync(visitor, ada, shop.AuthorizeUrl())).Code!);
        var (browser, help) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.HelpDesk));
        await browser.SubmitAsync(await browser.OpenAsync(help, $"/console/person?sub={ada.Subject}"), form: "signout");
        Assert.Equal("/signin", (await visitor.GetAsync("/account")).Path);
        await using var database = server.OpenDatabase();
        Assert.True(await database.Grants.Where(grant => grant.PersonId == ada.Id).AllAsync(grant => grant.RevokedAt != null));
    }

    [Fact]
    public async Task A_link_for_the_password_goes_to_the_mailbox_of_its_owner_and_nowhere_else()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var (browser, help) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.HelpDesk));
        browser.Address = "192.0.2.88";
        var page = await browser.SubmitAsync(await browser.OpenAsync(help, $"/console/person?sub={ada.Subject}"), form: "reset");
        Assert.DoesNotContain("/password/reset", page.Text, StringComparison.Ordinal);
        var mail = Assert.Single(await ada.MailsAsync()).Text;
        Assert.Contains("/password/reset?", mail, StringComparison.Ordinal);
        // Who sent it, and not from where.
        Assert.Contains("servizio clienti", mail, StringComparison.Ordinal);
        Assert.DoesNotContain(browser.Address, mail, StringComparison.Ordinal);
        await using var database = server.OpenDatabase();
        Assert.Equal(
            $"administrator:{help.Subject}", (await database.SecurityEvents.SingleAsync(
                item => item.PersonId == ada.Id && item.Detail == "password link sent")).Actor);
        Assert.False(await database.SecurityEvents.AnyAsync(
            item => item.PersonId == ada.Id && item.Kind == SecurityEventKind.PasswordResetRequested));

        // Beyond the limit the page says so, and whoever asks for a link at the sign-in page still gets one.
        for (var more = 0; more < 5; more++)
        {
            page = await browser.SubmitAsync(page, form: "reset");
        }

        Assert.Contains("done=toooften", page.Url.Query, StringComparison.Ordinal);
        Assert.NotNull(page.Document.QuerySelector(".notice.warning"));
        Assert.Equal(5, (await ada.MailsAsync()).Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?sub=ada")]
    [InlineData("?sub=00000000000000000000000000000000")]
    public async Task Only_a_subject_names_a_person(string query)
    {
        var (browser, help) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.HelpDesk));
        Assert.Equal(HttpStatusCode.NotFound, (await browser.OpenAsync(help, "/console/person" + query)).Status);
    }

    [Fact]
    public async Task The_page_of_a_person_names_their_role_leads_to_the_record_and_says_why_no_link_can_be_sent()
    {
        var auditor = await server.AddAdministratorAsync(AdministratorRole.Auditor);
        await using (var database = server.OpenDatabase())
        {
            await database.Users.Where(person => person.Id == auditor.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(person => person.EmailConfirmed, false));
        }

        var browser = server.OpenBrowser();
        var page = await browser.OpenAsync(
            await server.AddAdministratorAsync(AdministratorRole.Owner), $"/console/person?sub={auditor.Subject}");
        Assert.Equal("revisore", page.Document.GetElementById("role")!.TextContent);
        Assert.Contains("indirizzo", page.Document.GetElementById("no-reset")!.TextContent, StringComparison.Ordinal);
        page = await browser.GetAsync(page.Document.GetElementById("all-events")!.GetAttribute("href")!);
        Assert.Equal(("/console/audit", HttpStatusCode.OK), (page.Path, page.Status));

        browser = server.OpenBrowser();
        page = await browser.OpenAsync(
            await server.AddAdministratorAsync(AdministratorRole.HelpDesk), $"/console/person?sub={auditor.Subject}");
        Assert.Null(page.Document.GetElementById("all-events"));
    }
}
