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
        Assert.Equal(
            3, await database.SecurityEvents.CountAsync(
                item => item.Kind == SecurityEventKind.PersonRead && item.Actor == $"administrator:{help.Subject}"));
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
        var page = await browser.SubmitAsync(await browser.OpenAsync(help, $"/console/person?sub={ada.Subject}"), form: "reset");
        Assert.DoesNotContain("/password/reset", page.Text, StringComparison.Ordinal);
        Assert.Contains("/password/reset?", Assert.Single(await ada.MailsAsync()).Text, StringComparison.Ordinal);
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
}
