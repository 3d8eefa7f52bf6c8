using System.Net;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Sso.Data.Delivery;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Pages;

/// <summary>The page of the developers shows what there is; a new mail or text that it does not show fails here.</summary>
[OneDatabase]
public sealed class UiPageTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Theory]
    [InlineData("it")]
    [InlineData("en")]
    public async Task It_shows_every_mail_with_its_length(string language)
    {
        var page = await server.OpenBrowser().GetAsync("/dev/ui");
        var subjects = XDocument.Load(Path.Combine(Repository.Root, "src", "Sso.Accounts", "Mails", $"SecurityMails.{language}.resx")).Root!
            .Elements("data")
            .Where(text => text.Attribute("name")!.Value.EndsWith("Subject", StringComparison.Ordinal))
            .Select(text => text.Element("value")!.Value).ToList();
        var shown = page.Document.QuerySelectorAll($"section[aria-labelledby=mails] li[lang={language}]");
        Assert.Equal(
            subjects.Select(subject => subject + " – Nuvola").Order(), shown.Select(mail => mail.QuerySelector("h3")!.TextContent).Order());
        Assert.All(shown, mail => Assert.Matches(@"\d+ caratteri, \d+ byte", mail.TextContent));
        Assert.DoesNotContain("{0}", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_shows_every_text_message_in_both_languages_with_encoding_and_length_and_each_is_one_part()
    {
        var shown = (await server.OpenBrowser().GetAsync("/dev/ui")).Document.QuerySelectorAll("section[aria-labelledby=texts] li");
        Assert.Equal(2 * (2 + Enum.GetValues<TextNotice>().Length), shown.Length);
        Assert.All(shown, text => Assert.Matches(@"GSM-7, \d+ unità, parti: 1", text.TextContent));
    }

    [Fact]
    [Spec("U57")]
    public async Task It_measures_the_colours_and_none_fails()
    {
        var page = await server.OpenBrowser().GetAsync("/dev/ui");
        var ratios = page.Document.QuerySelectorAll(".swatches strong");
        Assert.True(ratios.Length > 40);
        Assert.All(ratios, ratio => Assert.Matches(new Regex(@"^\d+\.\d\d:1$"), ratio.TextContent));
        Assert.DoesNotContain("NON va bene", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_shows_the_html_of_a_mail_in_a_frame_that_may_bring_its_styles_and_nothing_else()
    {
        var browser = server.OpenBrowser();
        var frame = (await browser.GetAsync("/dev/ui")).Document.QuerySelector("section[aria-labelledby=mails] li[lang=en] iframe")!;
        var mail = await browser.GetAsync(frame.GetAttribute("src")!);
        Assert.Equal(
            ("en", "Set a new password"),
            (mail.Document.DocumentElement.GetAttribute("lang"), mail.Document.QuerySelector("h1")!.TextContent));
        IsShut(mail);
    }

    [Fact]
    public async Task The_mailbox_shows_both_parts_of_a_mail_and_the_frame_stays_with_its_mail_when_another_comes()
    {
        var (browser, ada) = (server.OpenBrowser(), await server.AddPersonAsync("ada"));
        await browser.SubmitAsync(await browser.GetAsync("/password/forgot"), ("Input.UserName", ada.UserName));
        var sent = Assert.Single(await ada.MailsAsync());
        var page = await browser.GetAsync("/dev/mail");
        var shown = page.Document.QuerySelectorAll(".messages > li")
            .Single(mail => mail.TextContent.Contains(ada.Email, StringComparison.Ordinal));
        Assert.Equal(sent.Text.Trim(), shown.QuerySelector("pre")!.TextContent.Trim());
        Assert.Contains("frame-src 'self'", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);

        await server.PassAsync(TimeSpan.FromSeconds(1));
        await browser.SubmitAsync(await browser.GetAsync("/password/forgot"), ("Input.UserName", ada.UserName));
        Assert.Equal(2, (await ada.MailsAsync()).Count);
        var mail = await browser.GetAsync(shown.QuerySelector("iframe")!.GetAttribute("src")!);
        Assert.Contains(sent.Html[sent.Html.IndexOf("<body", StringComparison.Ordinal)..], mail.Text, StringComparison.Ordinal);
        Assert.Equal("_top", mail.Document.QuerySelector("base")!.GetAttribute("target"));
        IsShut(mail);
    }

    [Fact]
    public async Task It_writes_nothing()
    {
        await using var database = server.OpenDatabase();
        var before = (Mails: database.OutgoingMails.Count(), Links: database.MailedLinks.Count());
        await server.OpenBrowser().GetAsync("/dev/ui");
        Assert.Equal(before, (database.OutgoingMails.Count(), database.MailedLinks.Count()));
    }

    [Fact]
    public async Task Outside_development_there_are_no_pages_of_developers()
    {
        await using var elsewhere = new SsoServer
        {
            Settings =
            {
                "--environment=Staging", "--Delivery:Routes:0=twilio",
                "--Twilio:AccountSid=AC00000000000000000000000000000000", "--Twilio:AuthToken=x",
                "--Delivery:From:default=Nuvola", "--Delivery:AllowedCountries:0=IT", "--Delivery:Prices:IT=0.1",
                "--Mail:Host=localhost", "--Mail:UseTls=false", "--Mail:From=sso@nuvola.example",
            },
        };
        await elsewhere.InitializeAsync();
        foreach (var path in (string[])["/dev/ui", "/dev/ui?handler=mail&language=it", "/dev/phone", "/dev/mail", "/dev/mail?handler=html"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await elsewhere.OpenBrowser().GetAsync(path)).Status);
        }
    }

    private static void IsShut(Page mail)
    {
        Assert.Equal("SAMEORIGIN", mail.Headers["X-Frame-Options"]);
        Assert.Equal(
            "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'self'; form-action 'none'; base-uri 'none'",
            mail.Headers["Content-Security-Policy"]);
    }
}
