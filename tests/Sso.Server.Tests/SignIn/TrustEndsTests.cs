using System.Buffers.Text;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Operations;
using Sso.Data.Sessions;
using Sso.Protocol;
using Sso.Server.Tests.Commands;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.SignIn;

/// <summary>What is kept of a trusted browser, how many there may be, and all that ends the trust.</summary>
[Spec("S35")]
public sealed class TrustEndsTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    private const string Cookie = "__Host-sso-device";
    private const string NewPassword = "un'altra frase, più lunga";

    private RelyingParty _shop = null!;

    public async ValueTask InitializeAsync()
    {
        await server.ForgetAttemptsAsync();
        _shop = await server.RegisterAsync("shop", client => client.AcceptsTrustedDevices = true);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    [Spec("S6")]
    public async Task A_changed_password_ends_it()
    {
        var (ada, browser) = await TrustedAsync();
        var elsewhere = await SignedInAsync(ada);
        var page = await elsewhere.SubmitAsync(
            await elsewhere.GetAsync("/account/password"), ("Input.Present", SsoServer.Password), ("Input.Password", NewPassword));
        Assert.Contains("è stata cambiata", page.Document.Body!.TextContent, StringComparison.Ordinal);
        await IsOverAsync(ada, browser, NewPassword);
    }

    [Fact]
    [Spec("S82")]
    public async Task A_reset_of_the_password_ends_it()
    {
        var (ada, browser) = await TrustedAsync();
        await browser.SubmitAsync(await browser.GetAsync("/password/forgot"), ("Input.UserName", ada.UserName));
        var page = await browser.GetAsync(LinkIn((await ada.MailsAsync())[0].Text, "/password/reset?"));
        Assert.Equal("/password/done", (await browser.SubmitAsync(page, ("Input.Password", NewPassword))).Path);
        await IsOverAsync(ada, browser, NewPassword);
    }

    [Fact]
    [Spec("A34")]
    public async Task Renewed_keys_end_it_and_the_confirmation_of_an_address_that_is_on_its_way()
    {
        var (ada, browser) = await TrustedAsync();
        var account = await SignedInAsync(ada);
        await account.SubmitAsync(await account.GetAsync("/account/contacts/email"), ("Input.Email", "ada.nuova@example.it"));
        var link = LinkIn((await server.MailsToAsync("ada.nuova@example.it"))[0].Text, "/email/confirm?");
        var renewed = await CommandLine.RunOnAsync(
            [
                $"--Database:Provider={server.Database.Provider}", $"--Database:ConnectionString={server.Database.ConnectionString}",
                $"--Secrets:PassphraseFile={Path.Combine(server.Database.Folder, "passphrase")}", $"--Sso:Issuer={SsoServer.Issuer}",
            ],
            "",
            "key", "renew", "--yes", "--json");
        Assert.True(renewed.Json.GetProperty("trusted_devices").GetInt32() > 0);
        await server.ReloadAsync();
        Assert.Null((await server.OpenBrowser().GetAsync(link)).Document.QuerySelector("main form"));
        await IsOverAsync(ada, browser, SsoServer.Password);
    }

    [Fact]
    [Spec("S46")]
    public async Task A_sign_out_everywhere_else_ends_it_in_the_other_browsers_and_not_in_this_one()
    {
        var (ada, there) = await TrustedAsync();
        await server.PassAsync(TimeSpan.FromSeconds(30));
        var here = await TrustAsync(ada);
        await Journey.SignInAsync(here, ada, "/account");
        Assert.Contains(
            "done=others",
            (await here.SubmitAsync(await here.GetAsync("/account/sessions"), "others")).Url.Query,
            StringComparison.Ordinal);
        await IsOverAsync(ada, there, SsoServer.Password);
        Assert.True((await SignInAgainAsync(ada, here, SsoServer.Password)).LeftSso);
    }

    [Theory]
    [InlineData("new recovery codes")]
    [InlineData("a removed method")]
    [InlineData("an added method")]
    [InlineData("another number")]
    public async Task Other_methods_end_it_everywhere(string what)
    {
        var (ada, browser) = await TrustedAsync();
        await ada.WithPhoneAsync();
        var owner = server.OpenBrowser();
        var page = await Journey.PasswordAsync(owner, await owner.GetAsync("/account"), ada);
        page = await owner.GetAsync("/signin/verify/app" + page.Url.Query);
        Assert.Equal("/account", (await Journey.AppAsync(owner, page, ada)).Path);
        switch (what)
        {
            case "new recovery codes":
                await owner.SubmitAsync(await owner.GetAsync("/account/mfa/recovery-codes"));
                break;
            case "a removed method":
                await owner.SubmitAsync(await owner.GetAsync("/account/mfa/remove"), ("id", await NumberAsync(ada)));
                break;
            case "an added method":
                page = await owner.GetAsync("/account/mfa/app");
                var key = page.Document.QuerySelector("#key")!.TextContent.Replace(" ", "", StringComparison.Ordinal);
                await owner.SubmitAsync(
                    page, ("Input.Code", AuthenticatorApp.Code(Data.Factors.Base32.TryDecode(key)!, server.Clock.GetUtcNow())));
                break;
            default:
                page = await owner.GetAsync("/account/contacts/change?id=" + await NumberAsync(ada));
                page = await owner.SubmitAsync(page, ("Input.Number", "3337654321"));
                await owner.SubmitAsync(page, ("Input.Code", await server.LatestTextCodeAsync(ada.Id)));
                break;
        }

        await using (var database = server.OpenDatabase())
        {
            Assert.Equal(0, await database.TrustedDevices.CountAsync(device => device.PersonId == ada.Id));
        }

        Assert.StartsWith("/signin/verify/", (await SignInAgainAsync(ada, browser, SsoServer.Password)).Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Taking_it_back_signs_out_the_browser_that_proved_nothing_else()
    {
        var (ada, there) = await TrustedAsync();
        Assert.True((await SignInAgainAsync(ada, there, SsoServer.Password)).LeftSso);
        Assert.NotNull((await there.GetAsync(_shop.AuthorizeUrl(("prompt", "none")))).Code);
        var owner = await SignedInAsync(ada);
        await owner.SubmitAsync(await owner.GetAsync("/account/sessions"), ("device", there.Cookie(Cookie)!.Split('.')[0]));
        Assert.Equal("login_required", (await there.GetAsync(_shop.AuthorizeUrl(("prompt", "none")))).Error);
        Assert.Equal("/account", (await owner.GetAsync("/account")).Path);
    }

    [Fact]
    public async Task What_is_stored_is_a_hash_of_128_random_bits()
    {
        var (ada, browser) = await TrustedAsync();
        var secret = browser.Cookie(Cookie)!.Split('.')[1];
        Assert.True(Base64Url.DecodeFromChars(secret).Length >= 16);
        await using var database = server.OpenDatabase();
        var row = await database.TrustedDevices.AsNoTracking().SingleAsync(device => device.PersonId == ada.Id);
        Assert.Equal(TrustedDevice.HashOf(secret), row.SecretHash);
        Assert.Empty((await DatabaseDump.OfAsync(database)).Find(secret));
        // What the row holds opens nothing as a cookie.
        browser.SetCookie(Cookie, $"{row.Id:N}.{Base64Url.EncodeToString(row.SecretHash)}");
        await IsOverAsync(ada, browser, SsoServer.Password);
    }

    [Fact]
    public async Task A_copy_that_comes_back_is_recorded()
    {
        var (ada, browser) = await TrustedAsync();
        var copy = browser.Cookie(Cookie)!;
        Assert.True((await SignInAgainAsync(ada, browser, SsoServer.Password)).LeftSso);
        await server.PassAsync(TimeSpan.FromSeconds(11));
        var thief = server.OpenBrowser();
        thief.SetCookie(Cookie, copy);
        await IsOverAsync(ada, thief, SsoServer.Password);
        await using var database = server.OpenDatabase();
        Assert.Equal(
            1, await database.SecurityEvents.CountAsync(row => row.PersonId == ada.Id && row.Kind == SecurityEventKind.DeviceCopied));
    }

    [Fact]
    [Spec("S71")]
    public async Task While_strangers_fail_neither_a_copy_nor_an_expired_cookie_lets_anybody_in()
    {
        var (ada, browser) = await TrustedAsync();
        var copy = browser.Cookie(Cookie)!;
        Assert.True((await SignInAgainAsync(ada, browser, SsoServer.Password)).LeftSso);
        await server.PassAsync(TimeSpan.FromSeconds(11));
        await FailAsync(ada);
        var thief = server.OpenBrowser();
        thief.SetCookie(Cookie, copy);
        Assert.Equal("/signin/blocked", (await SignInAgainAsync(ada, thief, SsoServer.Password)).Path);
        // The owner's own cookie is good all the while.
        Assert.True((await SignInAgainAsync(ada, browser, SsoServer.Password)).LeftSso);
        var last = browser.Cookie(Cookie)!;
        await server.PassAsync(TimeSpan.FromDays(31));
        await FailAsync(ada);
        browser.SetCookie(Cookie, last);
        Assert.Equal("/signin/blocked", (await SignInAgainAsync(ada, browser, SsoServer.Password)).Path);
    }

    [Fact]
    [Spec("S35")]
    public async Task The_eleventh_takes_the_place_of_the_one_that_was_used_longest_ago()
    {
        var (ada, first) = await TrustedAsync();
        Browser? second = null;
        for (var more = 0; more < 10; more++)
        {
            await server.ForgetAttemptsAsync();
            await server.PassAsync(TimeSpan.FromMinutes(1));
            var another = await TrustAsync(ada);
            second ??= another;
        }

        await using var database = server.OpenDatabase();
        Assert.Equal(TrustedDevice.MostPerPerson, await database.TrustedDevices.CountAsync(device => device.PersonId == ada.Id));
        Assert.True((await SignInAgainAsync(ada, second!, SsoServer.Password)).LeftSso);
        await IsOverAsync(ada, first, SsoServer.Password);
    }

    /// <summary>The page of the second factor comes after the password.</summary>
    private async Task IsOverAsync(Customer ada, Browser browser, string password) =>
        Assert.Equal("/signin/verify/app", (await SignInAgainAsync(ada, browser, password)).Path);

    private async Task<Page> SignInAgainAsync(Customer ada, Browser browser, string password)
    {
        browser.SetCookie("__Host-sso-session", "");
        return await Journey.PasswordAsync(browser, await browser.GetAsync(_shop.AuthorizeUrl()), ada, password);
    }

    private async Task<(Customer Ada, Browser Browser)> TrustedAsync()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        return (ada, await TrustAsync(ada));
    }

    private async Task<Browser> TrustAsync(Customer ada)
    {
        var browser = server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync(_shop.AuthorizeUrl()), ada);
        Assert.True((await browser.SubmitAsync(page, ("Input.Code", await server.AppCodeAsync(ada.Id)), ("Input.Trust", "true"))).LeftSso);
        Assert.NotNull(browser.Cookie(Cookie));
        return browser;
    }

    private async Task<Browser> SignedInAsync(Customer ada)
    {
        var browser = server.OpenBrowser();
        Assert.Equal("/account", (await Journey.SignInAsync(browser, ada, "/account")).Path);
        return browser;
    }

    private async Task<string> NumberAsync(Customer ada)
    {
        await using var database = server.OpenDatabase();
        return (await database.SecondFactors.Where(row => row.PersonId == ada.Id && row.Method == ProofMethod.TextMessage)
            .Select(row => row.Id).SingleAsync()).ToString();
    }

    private async Task FailAsync(Customer ada)
    {
        var stranger = server.OpenBrowser();
        var page = await stranger.GetAsync("/account");
        for (var failure = 0; failure < 5; failure++)
        {
            await Journey.PasswordAsync(stranger, page, ada, "questa non è la password");
        }
    }

    private static string LinkIn(string text, string path) =>
        text.Split('\n').Single(line => line.StartsWith(SsoServer.Issuer + path, StringComparison.Ordinal)).Trim();
}
