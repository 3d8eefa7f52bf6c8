using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Http;

/// <summary>What browsers and people call themselves is text on every page and in every mail that shows it.</summary>
[Spec("S59")]
[Spec("A39")]
[OneDatabase]
public sealed class HostileTextTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    private const string Markup = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}`${1}`\u202e";

    /// <summary>As long as the name of a passkey may be.</summary>
    private const string KeyMarkup = "\"'><script>alert(1)</script>{{7*7}}`${1}`\u202e";

    private static readonly string[] Pages =
    [
        "/account", "/account/sessions", "/account/activity", "/account/apps", "/account/passkeys", "/account/mfa",
        "/account/contacts", "/account/data", "/account/data/delete", "/account/password", "/account/not-me", "/signout",
    ];

    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    [Spec("S85")]
    public async Task Names_of_people_applications_browsers_and_passkeys_are_text_on_every_page_and_in_every_mail()
    {
        var shop = await server.RegisterAsync("shop", client => (client.Name, client.ConsentRequired) = (Markup, true));
        var eve = await server.AddPersonAsync("eve", person =>
        {
            (person.UserName, person.NormalizedUserName) = (Markup, Sso.Data.People.SignInName.Normalize(Markup));
            (person.GivenName, person.FamilyName, person.Nickname) = (Markup, Markup, Markup);
        });
        var address = eve.Email;
        eve = eve with { UserName = Markup };
        var browser = server.OpenBrowser();
        browser.Headers.Add(("User-Agent", Markup + " Firefox/ Linux"));
        var seen = new List<string>();
        browser.Watch = (answer, text) => AssertText(answer, text, seen);
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), eve);
        page = await browser.GetAsync("/account/mfa/passkey" + page.Url.Query);
        using var passkey = new SoftwarePasskey();
        page = await browser.SubmitAsync(page, passkey.Create(page));
        page = await browser.SubmitAsync(page, ("Input.Code", page.Document.QuerySelector("ol.codes li")!.TextContent.Trim()));
        Assert.Equal("/account", page.Path);
        Assert.Equal("/account/mfa", (await RenameAsync(browser, eve, KeyMarkup)).Path);
        page = await browser.GetAsync(shop.AuthorizeUrl());
        Assert.Equal("/consent", page.Path);
        Assert.Equal(HttpStatusCode.OK, (await shop.RedeemAsync((await browser.SubmitAsync(page)).Code)).Status);
        foreach (var path in Pages)
        {
            page = await browser.GetAsync(path);
            Assert.Equal((path, HttpStatusCode.OK), (page.Path, page.Status));
        }

        Assert.Contains(KeyMarkup, (await browser.GetAsync("/account/passkeys")).Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains(Markup, (await browser.GetAsync("/account/apps")).Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.True(seen.Count >= Pages.Length);
        var file = await browser.SubmitAsync(await browser.GetAsync("/account/data"), "download", []);
        var claims = JsonDocument.Parse(file.Text).RootElement.GetProperty("profile").GetProperty("claims");
        Assert.Equal(Markup, claims.GetProperty("given_name").GetString());
        await browser.SubmitAsync(await browser.GetAsync("/account/not-me"), "close");
        var mails = await server.MailsToAsync(address);
        Assert.True(mails.Count >= 2, $"{mails.Count}");
        Assert.All(mails, mail =>
        {
            AssertPlain(mail.Html);
            Assert.DoesNotContain(mail.Subject + mail.To, character => char.IsControl(character));
        });
        Assert.Contains(mails, mail => mail.Text.Contains(Markup, StringComparison.Ordinal));
    }

    [Theory]
    [Spec("S133")]
    [InlineData("a line\r\n2026-11-25T04:00:00.000Z info Sso[1] forged")]
    [InlineData("nothing\0at all")]
    [InlineData("\u001b[2Kerased")]
    public async Task A_passkey_is_not_called_by_more_than_a_line_of_text(string name)
    {
        var (browser, cy) = (server.OpenBrowser(), await server.AddPersonAsync("cy"));
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), cy);
        page = await browser.GetAsync("/account/mfa/passkey" + page.Url.Query);
        using var passkey = new SoftwarePasskey();
        page = await browser.SubmitAsync(page, passkey.Create(page));
        await browser.SubmitAsync(page, ("Input.Code", page.Document.QuerySelector("ol.codes li")!.TextContent.Trim()));

        page = await RenameAsync(browser, cy, name);

        // A form with a NUL is no form to the framework, and gets the page for those.
        Assert.Equal(name.Contains('\0', StringComparison.Ordinal) ? "/error" : "/account/mfa/rename", page.Path);
        Assert.InRange((int)page.Status, 200, 499);
        await using var database = server.OpenDatabase();
        Assert.NotEqual(name, await database.SecondFactors.Where(row => row.PersonId == cy.Id).Select(row => row.Name).SingleAsync());
    }

    [Theory]
    [Spec("S133")]
    [InlineData(256, "x")]
    [InlineData(255, "\ud83d\ude00")]
    [InlineData(1_000_000, "x")]
    public async Task However_long_a_browser_calls_itself_its_owner_signs_in_and_a_bounded_part_is_kept(int length, string end)
    {
        var (browser, ada) = (server.OpenBrowser(), await (await server.AddPersonAsync("ada")).WithAppAsync());
        browser.Headers.Add(("User-Agent", new string('x', length) + end + " Firefox/"));
        Assert.Equal("/account", (await Journey.SignInAsync(browser, ada, "/account")).Path);
        await using var database = server.OpenDatabase();
        var kept = (await database.Sessions.AsNoTracking().SingleAsync(session => session.PersonId == ada.Id)).UserAgent!;
        Assert.InRange(kept.Length, 255, 256);
        Assert.DoesNotContain(kept, char.IsSurrogate);
    }

    private async Task<Page> RenameAsync(Browser browser, Customer owner, string name)
    {
        await using var database = server.OpenDatabase();
        var id = await database.SecondFactors.Where(row => row.PersonId == owner.Id).Select(row => row.Id).SingleAsync();
        return await browser.SubmitAsync(await browser.GetAsync($"/account/mfa/rename?id={id}"), ("Input.Name", name));
    }

    private static void AssertText(HttpResponseMessage answer, string text, List<string> seen)
    {
        if (answer.Content.Headers.ContentType?.MediaType == "text/html" && text.Length > 0)
        {
            AssertPlain(text);
            seen.Add(text);
        }
    }

    private static void AssertPlain(string html)
    {
        Assert.DoesNotContain("<script>alert", html, StringComparison.OrdinalIgnoreCase);
        var document = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(html);
        Assert.All(document.Scripts, script => Assert.DoesNotContain("alert", script.TextContent, StringComparison.Ordinal));
        Assert.Empty(document.QuerySelectorAll("[onerror], [onload], [onfocus], img[src='x']"));
    }
}
