using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Delivery;
using Sso.Delivery.Mail;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.SignIn;

public sealed class PasswordResetTests : IAsyncLifetime
{
    private const string NewPassword = "un'altra frase, più lunga";
    private readonly SsoServer _server = new();

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    [Spec("S82")]
    public async Task The_link_sets_a_new_password_ends_everything_open_and_leaves_the_second_factor()
    {
        var (shop, ada) = (await _server.RegisterAsync("shop"), await (await _server.AddPersonAsync("ada")).WithAppAsync());
        var elsewhere = _server.OpenBrowser();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(elsewhere, ada, ("scope", "openid offline_access"))).Code);
        var waiting = _server.OpenBrowser();
        await Journey.PasswordAsync(waiting, await waiting.GetAsync("/account"), ada);

        var browser = _server.OpenBrowser();
        var page = await UseAsync(browser, await AskAsync(browser, ada), NewPassword);

        Assert.Equal("/password/done", page.Path);
        Assert.Equal("/signin", (await elsewhere.GetAsync("/account")).Path);
        Assert.Equal("/signin", (await waiting.GetAsync("/account")).Path);
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Contains(
            await ada.MailsAsync(), mail => mail.Subject.StartsWith("La tua password è stata cambiata", StringComparison.Ordinal));
        page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), ada);
        Assert.Equal("/signin", page.Path);
        Assert.Equal("/signin/verify/app", (await Journey.PasswordAsync(browser, page, ada, NewPassword)).Path);
    }

    [Fact]
    [Spec("S80")]
    [Spec("S138")]
    public async Task Neither_the_rows_nor_a_notice_link_open_the_page()
    {
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        var browser = _server.OpenBrowser();
        var link = await AskAsync(browser, ada);
        await using var database = _server.OpenDatabase();
        var row = await database.MailedLinks.AsNoTracking().SingleAsync(stored => stored.PersonId == ada.Id);
        Assert.DoesNotContain(link.Split('=')[1], System.Text.Encoding.UTF8.GetString(row.Hash), StringComparison.Ordinal);
        Assert.True(IsDead(await browser.GetAsync("/password/reset?link=" + Convert.ToHexString(row.Hash))));
        Assert.Empty((await database.OutgoingMails.AsNoTracking().SingleAsync(mail => mail.Status == OutgoingMailStatus.Sent)).Protected);

        await UseAsync(browser, link, NewPassword);
        var notice = LinkIn((await ada.MailsAsync()).First(mail => mail.Text.Contains("/not-me?", StringComparison.Ordinal)))
            .Replace("/not-me", "/password/reset", StringComparison.Ordinal);
        Assert.True(IsDead(await browser.GetAsync(notice)));
    }

    [Theory]
    [Spec("S65")]
    [InlineData("nobody")]
    [InlineData("nobody@example.it")]
    [InlineData("ed2")]
    [InlineData("unconfirmed3")]
    public async Task Whoever_is_asked_about_the_answer_and_the_statements_are_the_same(string name)
    {
        var ada = await _server.AddPersonAsync("ada");
        await _server.AddPersonAsync("ed", person => person.Disable(_server.Clock.GetUtcNow()));
        await _server.AddPersonAsync("unconfirmed", person => person.EmailConfirmed = false);
        await CountAsync("somebody");
        var known = await CountAsync(ada.UserName);
        var other = await CountAsync(name);
        Assert.Equal(known, other);
        Assert.Empty(await _server.MailsToAsync(name.Contains('@', StringComparison.Ordinal) ? name : name + "@example.it"));
        Assert.Single(await ada.MailsAsync());

        async Task<(string Path, string Text, int Statements)> CountAsync(string typed)
        {
            var browser = _server.OpenBrowser();
            var page = await browser.GetAsync("/password/forgot");
            _server.Statements.Reset();
            var sent = await browser.SubmitAsync(page, ("Input.UserName", typed));
            return (sent.Path, sent.Document.QuerySelector("main")!.TextContent, _server.Statements.Commands.Count);
        }
    }

    [Fact]
    public async Task A_poor_password_is_refused_and_the_link_stays_good()
    {
        var ada = await _server.AddPersonAsync("ada");
        var browser = _server.OpenBrowser();
        var link = await AskAsync(browser, ada);
        var refused = await UseAsync(browser, link, "corta");
        Assert.Contains("almeno 8 caratteri", refused.Document.QuerySelector("#error-summary")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("/password/done", (await UseAsync(browser, link, NewPassword)).Path);
    }

    [Fact]
    [Spec("S6")]
    public async Task The_owner_changes_it_with_the_current_one_and_only_this_session_stays()
    {
        var (shop, ada) = (await _server.RegisterAsync("shop"), await (await _server.AddPersonAsync("ada")).WithAppAsync());
        var (here, there) = (_server.OpenBrowser(), _server.OpenBrowser());
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(there, ada, ("scope", "openid offline_access"))).Code);
        await Journey.SignInAsync(here, ada, "/account");
        var page = await here.GetAsync("/account/password");
        var none = await here.SubmitAsync(page, ("Input.Current", ""), ("Input.Password", NewPassword));
        Assert.NotNull(none.Document.QuerySelector("#error-summary"));
        var wrong = await here.SubmitAsync(page, ("Input.Current", "sbagliata"), ("Input.Password", NewPassword));
        Assert.Contains("non è corretta", wrong.Document.QuerySelector("#error-summary")!.TextContent, StringComparison.Ordinal);
        page = await here.SubmitAsync(page, ("Input.Current", SsoServer.Password), ("Input.Password", NewPassword));

        Assert.Equal("/account/password", page.Path);
        Assert.Contains("è stata cambiata", Words(page), StringComparison.Ordinal);
        Assert.Equal("/account", (await here.GetAsync("/account")).Path);
        Assert.Equal("/signin", (await there.GetAsync("/account")).Path);
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(tokens.RefreshToken)).Error);
    }

    [Fact]
    [Spec("S70")]
    public async Task After_five_wrong_current_ones_the_page_says_how_long_to_wait()
    {
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        var here = _server.OpenBrowser();
        await Journey.SignInAsync(here, ada, "/account");
        var page = await here.GetAsync("/account/password");
        for (var failure = 0; failure < 5; failure++)
        {
            page = await here.SubmitAsync(page, ("Input.Current", "sbagliata"), ("Input.Password", NewPassword));
        }

        page = await here.SubmitAsync(page, ("Input.Current", SsoServer.Password), ("Input.Password", NewPassword));

        Assert.Equal((HttpStatusCode.TooManyRequests, "30"), (page.Status, page.Headers["Retry-After"]));
        Assert.Contains("Riprova tra 30 secondi", page.Document.QuerySelector("#error-summary")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("S6")]
    public async Task A_sign_in_older_than_five_minutes_proves_itself_again_first()
    {
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        var browser = _server.OpenBrowser();
        await Journey.SignInAsync(browser, ada, "/account");
        await _server.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Equal("/signin", (await browser.GetAsync("/account/password")).Path);
        Assert.Equal("/signin", (await browser.GetAsync("/.well-known/change-password")).Path);
    }

    [Fact]
    public async Task The_older_way_ends_the_session_and_mails_the_link()
    {
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        var browser = _server.OpenBrowser();
        await Journey.SignInAsync(browser, ada, "/account");
        var page = await browser.GetAsync("/account/password");
        Assert.Contains("a•••@example.it", Words(page), StringComparison.Ordinal);
        page = await browser.SubmitAsync(page, "request", []);
        Assert.Equal("/password/sent", page.Path);
        // Who asked while signed in is somebody; only a stranger hears "if there is an account".
        Assert.Contains("La tua sessione è terminata", Words(page), StringComparison.Ordinal);
        Assert.DoesNotContain("Se esiste", Words(page), StringComparison.Ordinal);
        Assert.Equal("/signin", (await browser.GetAsync("/account")).Path);
        Assert.False(IsDead(await browser.GetAsync(ResetLinkIn(await ada.MailsAsync()))));
    }

    [Fact]
    [Spec("S12")]
    public async Task It_was_not_me_closes_everything_on_both_nodes_and_sends_a_link()
    {
        var (shop, ada) = (await _server.RegisterAsync("shop"), await (await _server.AddPersonAsync("ada")).WithAppAsync());
        await using var second = await _server.StartSecondNodeAsync();
        var thief = _server.OpenBrowser();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(thief, ada, ("scope", "openid offline_access"))).Code);
        await thief.SubmitAsync(await thief.GetAsync("/account/mfa/recovery-codes"));
        var notice = LinkIn((await ada.MailsAsync()).First(mail => mail.Subject.Contains("codici", StringComparison.Ordinal)));
        var owner = _server.OpenBrowser();
        var page = await owner.GetAsync(notice);
        Assert.NotEqual("/signin", (await thief.GetAsync("/account")).Path);

        await _server.PassAsync(TimeSpan.FromSeconds(1));
        page = await owner.SubmitAsync(page);

        Assert.Contains("Account protetto", page.Text, StringComparison.Ordinal);
        thief.MoveTo(second);
        Assert.Equal("/signin", (await thief.GetAsync("/account")).Path);
        Assert.Equal("invalid_grant", (await shop.On(second).RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await shop.On(second).UserInfoAsync(tokens.AccessToken)).Status);
        page = await Journey.PasswordAsync(owner, await owner.GetAsync("/account"), ada);
        Assert.Equal("/signin", page.Path);
        Assert.Equal("/password/done", (await UseAsync(owner, ResetLinkIn(await ada.MailsAsync()), NewPassword)).Path);
        Assert.Equal("/signin/verify/app", (await Journey.PasswordAsync(owner, await owner.GetAsync("/account"), ada, NewPassword)).Path);
    }

    [Fact]
    [Spec("S12")]
    [Spec("U52")]
    public async Task Notices_are_in_the_language_of_the_person_and_hold_no_code()
    {
        var ada = await _server.AddPersonAsync("ada", person => person.Locale = "en-GB");
        var browser = _server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), ada);
        page = await browser.GetAsync("/account/mfa/app" + page.Url.Query);
        var code = await _server.AppCodeAsync(ada.Id);
        var key = page.Document.QuerySelector("#key")!.TextContent.Replace(" ", "", StringComparison.Ordinal).Trim();
        await browser.SubmitAsync(page, ("Input.Code", code));
        var mail = Assert.Single(await ada.MailsAsync());
        Assert.Contains("New authentication method", mail.Subject, StringComparison.Ordinal);
        Assert.DoesNotContain(code, mail.Text + mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain(key, mail.Text + mail.Html, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("S83")]
    [Spec("A17")]
    public async Task The_link_names_the_configured_address_whatever_the_request_says()
    {
        var ada = await _server.AddPersonAsync("ada");
        // A host that is none of ours is refused; even one that is let in names nothing.
        await using var node = await _server.StartSecondNodeAsync("--Sso:Hosts:0=evil.example");
        using var client = node.Backchannel();
        client.DefaultRequestHeaders.Host = "evil.example";
        client.DefaultRequestHeaders.Add("X-Forwarded-Host", "evil.example");
        client.DefaultRequestHeaders.Add("Forwarded", "host=evil.example");
        using var page = await client.GetAsync("/password/forgot");
        var token = Regex.Match(
            await page.Content.ReadAsStringAsync(), "__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"").Groups[1].Value;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/password/forgot")
        {
            Content = new FormUrlEncodedContent([new("__RequestVerificationToken", token), new("Input.UserName", ada.UserName)]),
        };
        request.Headers.Add("Cookie", page.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]));
        using var sent = await client.SendAsync(request);
        var mail = Assert.Single(await ada.MailsAsync());
        Assert.StartsWith(SsoServer.Issuer + "/password/reset?link=", LinkIn(mail), StringComparison.Ordinal);
        Assert.DoesNotContain("evil.example", mail.Text + mail.Html, StringComparison.Ordinal);
    }

    private async Task<string> AskAsync(Browser browser, Customer customer)
    {
        await _server.PassAsync(TimeSpan.FromSeconds(1));
        await browser.SubmitAsync(await browser.GetAsync("/password/forgot"), ("Input.UserName", customer.UserName));
        return ResetLinkIn(await customer.MailsAsync());
    }

    private async Task<Page> UseAsync(Browser browser, string link, string password)
    {
        await _server.PassAsync(TimeSpan.FromSeconds(1));
        return await browser.SubmitAsync(await browser.GetAsync(link), ("Input.Password", password));
    }

    /// <summary>Other notices may have left at the same instant.</summary>
    private static string ResetLinkIn(IEnumerable<MailMessage> mails) =>
        LinkIn(mails.First(mail => mail.Text.Contains("/password/reset?", StringComparison.Ordinal)));

    private static string LinkIn(MailMessage mail) =>
        mail.Text.Split('\n').Single(line => line.StartsWith("https://", StringComparison.Ordinal));

    private static string Words(Page page) => page.Document.QuerySelector("main")!.TextContent;

    private static bool IsDead(Page page) => Words(page).Contains("Questo link non è più valido", StringComparison.Ordinal);
}
