using Microsoft.EntityFrameworkCore;
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
    private RelyingParty _shop = null!;

    public async ValueTask InitializeAsync()
    {
        await server.ForgetAttemptsAsync();
        _shop = await server.RegisterAsync("shop", client => client.AcceptsTrustedDevices = true);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

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

    private static string LinkIn(string text, string path) =>
        text.Split('\n').Single(line => line.StartsWith(SsoServer.Issuer + path, StringComparison.Ordinal)).Trim();
}
