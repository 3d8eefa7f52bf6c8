using System.Net;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Administrators;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Administration;

/// <summary>The page on which the help desk replaces lost second factors, and on which a second administrator agrees.</summary>
[Spec("S39")]
[Spec("S118")]
public sealed class FactorResetTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    private const string Reference = "Input.Reference";
    private const string Document = "Input.Document";

    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task It_begins_with_what_was_checked_and_the_owner_stops_it_by_the_link()
    {
        var (ada, browser) = (await (await server.AddPersonAsync("ada")).WithAppAsync(), await HelpAsync());
        var page = await browser.GetAsync($"/console/person?sub={ada.Subject}");
        page = await browser.GetAsync(page.Document.QuerySelector("a#lost")!.GetAttribute("href")!);
        page = await browser.SubmitAsync(page, form: "begin", (Reference, "ticket 4711"));
        Assert.NotNull(page.Document.QuerySelector("#checks-error"));
        Assert.Equal("ticket 4711", page.Document.QuerySelector($"[name='{Reference}']")!.GetAttribute("value"));
        page = await browser.SubmitAsync(page, form: "begin", (Document, "true"));
        Assert.Equal($"/console/person/reset?sub={ada.Subject}&done=begun", page.Url.PathAndQuery);
        Assert.Contains("ticket 4711", page.Document.QuerySelector("[aria-labelledby=waiting]")!.TextContent, StringComparison.Ordinal);

        var visitor = server.OpenBrowser();
        var stop = await visitor.GetAsync(await LinkAsync(ada));
        await visitor.PostAsync(stop.Url.PathAndQuery, [new("__RequestVerificationToken", stop.Token())]);
        page = await browser.GetAsync($"/console/person/reset?sub={ada.Subject}");
        Assert.Null(page.Document.QuerySelector("[aria-labelledby=waiting]"));
    }

    [Fact]
    public async Task The_proposer_is_refused_as_the_second_person_and_a_colleague_finds_it_on_the_overview()
    {
        var (ada, browser) = (await (await server.AddPersonAsync("ada")).WithAppAsync(), await HelpAsync());
        var page = await BeginAsync(browser, ada);
        Assert.Null(page.Document.QuerySelector("#agree"));
        var agree = $"/console/person/reset?sub={ada.Subject}&handler=Agree";
        Assert.Equal(
            HttpStatusCode.Forbidden, (await browser.PostAsync(agree, [new("__RequestVerificationToken", page.Token())])).Status);
        Assert.DoesNotContain(ada.UserName, (await browser.GetAsync("/console")).Text, StringComparison.Ordinal);

        var colleague = await HelpAsync();
        page = await colleague.GetAsync("/console");
        var notice = page.Document.QuerySelectorAll(".notice")
            .Single(item => item.TextContent.Contains(ada.UserName, StringComparison.Ordinal));
        page = await colleague.GetAsync(notice.QuerySelector("a")!.GetAttribute("href")!);
        page = await colleague.SubmitAsync(page, form: "agree");
        Assert.Equal($"/console/person/reset?sub={ada.Subject}&done=agreed", page.Url.PathAndQuery);
        Assert.Equal(2, (await ada.MailsAsync()).Count);
        Assert.DoesNotContain(ada.UserName, (await colleague.GetAsync("/console")).Text, StringComparison.Ordinal);
        await using var database = server.OpenDatabase();
        Assert.True(await database.SecondFactors.AnyAsync(factor => factor.PersonId == ada.Id));
    }

    [Fact]
    public async Task The_proposer_reads_how_many_colleagues_were_told_and_the_mail_leads_one_of_them_to_the_page()
    {
        var (ada, browser) = (await (await server.AddPersonAsync("ada")).WithAppAsync(), await HelpAsync());
        var colleague = await server.AddAdministratorAsync(AdministratorRole.HelpDesk);
        var page = await BeginAsync(browser, ada);
        Assert.Matches("Abbiamo scritto a(ll’unico collega| \\d+ colleghi)", page.Document.QuerySelector("#second-people")!.TextContent);

        var mail = Assert.Single(await colleague.MailsAsync()).Text;
        var address = $"/console/person/reset?sub={ada.Subject}";
        Assert.Contains($"https://sso.test{address}", mail, StringComparison.Ordinal);
        var second = server.OpenBrowser();
        page = await second.OpenAsync(colleague, address);
        Assert.NotNull(page.Document.QuerySelector("#agree"));
        Assert.Null(page.Document.QuerySelector("#second-people"));
    }

    [Fact]
    public async Task Approving_twice_says_that_the_link_has_left_and_no_address_says_what_is_not_so()
    {
        var (ada, browser, colleague) = (
            await (await server.AddPersonAsync("ada")).WithAppAsync(), await HelpAsync(), await HelpAsync());
        await BeginAsync(browser, ada);
        var address = $"/console/person/reset?sub={ada.Subject}";
        var page = await colleague.GetAsync(address + "&done=agreed");
        Assert.Null(page.Document.QuerySelector(".notice.success"));
        Assert.Null((await colleague.GetAsync(address + "&done=stopped")).Document.QuerySelector(".notice.success"));
        await colleague.SubmitAsync(page, form: "agree");
        page = await colleague.SubmitAsync(page, form: "agree");
        Assert.Contains("è già finita", page.Document.QuerySelector(".notice")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_shows_a_former_proposal_agrees_to_none()
    {
        var (ada, browser, colleague) = (
            await (await server.AddPersonAsync("ada")).WithAppAsync(), await HelpAsync(), await HelpAsync());
        await BeginAsync(browser, ada);
        var address = $"/console/person/reset?sub={ada.Subject}";
        var former = await colleague.GetAsync(address);
        await browser.SubmitAsync(await browser.GetAsync(address), form: "stopping");
        await server.PassAsync(TimeSpan.FromSeconds(1));
        await BeginAsync(browser, ada);

        var page = await colleague.SubmitAsync(former, form: "agree");
        Assert.Equal($"{address}&done=gone", page.Url.PathAndQuery);
        page = await colleague.SubmitAsync(page, form: "agree");
        Assert.Equal($"{address}&done=agreed", page.Url.PathAndQuery);
    }

    [Fact]
    public async Task The_page_of_a_person_says_what_waits()
    {
        var (ada, browser) = (await (await server.AddPersonAsync("ada")).WithAppAsync(), await HelpAsync());
        await BeginAsync(browser, ada);
        var page = await browser.GetAsync($"/console/person?sub={ada.Subject}");
        Assert.Contains("serve una seconda persona", page.Document.QuerySelector(".notice")!.TextContent, StringComparison.Ordinal);
        page = await browser.GetAsync(page.Document.QuerySelector(".notice a")!.GetAttribute("href")!);
        page = await browser.SubmitAsync(page, form: "stopping");
        Assert.Equal($"/console/person/reset?sub={ada.Subject}&done=stopped", page.Url.PathAndQuery);
        page = await browser.GetAsync($"/console/person?sub={ada.Subject}");
        Assert.Null(page.Document.QuerySelector(".notice.warning"));
    }

    [Fact]
    [Spec("S114")]
    public async Task Nothing_is_offered_or_done_for_a_higher_role_or_for_oneself()
    {
        var owner = await server.AddAdministratorAsync(AdministratorRole.Owner);
        var help = await server.AddAdministratorAsync(AdministratorRole.HelpDesk);
        var browser = server.OpenBrowser();
        await browser.OpenAsync(help, "/console/people");
        foreach (var subject in (string[])[owner.Subject, help.Subject])
        {
            var page = await browser.GetAsync($"/console/person/reset?sub={subject}");
            Assert.Empty(page.Document.QuerySelectorAll("#begin, #agree, #stopping"));
            foreach (var handler in (string[])["", "Agree", "Stop"])
            {
                var answer = await browser.PostAsync(
                    $"/console/person/reset?sub={subject}&handler={handler}",
                    [new("__RequestVerificationToken", page.Token()), new(Document, "true"), new(Reference, "ticket 4711")]);
                Assert.Equal((handler, HttpStatusCode.Forbidden), (handler, answer.Status));
            }
        }

        Assert.Empty(await owner.MailsAsync());
    }

    private async Task<Browser> HelpAsync()
    {
        var browser = server.OpenBrowser();
        await browser.OpenAsync(await server.AddAdministratorAsync(AdministratorRole.HelpDesk), "/console/people");
        return browser;
    }

    private static async Task<string> LinkAsync(Customer customer)
    {
        var text = Assert.Single(await customer.MailsAsync()).Text;
        var start = text.IndexOf("/signin/recover/stop?", StringComparison.Ordinal);
        return text[start..].Split(default(char[]), 2)[0];
    }

    private static async Task<Page> BeginAsync(Browser browser, Customer whom) => await browser.SubmitAsync(
        await browser.GetAsync($"/console/person/reset?sub={whom.Subject}"), form: "begin", (Reference, "ticket 4711"),
        (Document, "true"));
}
