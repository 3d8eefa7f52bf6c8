using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.SignIn;

/// <summary>Browsers that are remembered after a second factor, and new ones that are told to their owner.</summary>
[Spec("S35")]
[OneDatabase]
public sealed class TrustedDevicesTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    private const string Cookie = "__Host-sso-device";

    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    [Spec("S38")]
    public async Task A_remembered_browser_is_spared_the_second_factor_and_its_tokens_say_so()
    {
        var (shop, ada, browser) = await TrustedAsync();
        SignOut(browser);
        var answer = await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl()), ada);
        Assert.True(answer.LeftSso, answer.Path);
        var tokens = await shop.RedeemAsync(answer.Code);
        Assert.Equal(["pwd"], tokens.Amr);
        Assert.Equal("urn:sso:acr:1fa", tokens.IdToken.GetClaim("acr").Value);
    }

    [Fact]
    public async Task An_application_that_did_not_ask_for_it_gets_the_second_factor_and_offers_nothing()
    {
        var (_, ada, browser) = await TrustedAsync();
        var strict = await server.RegisterAsync("strict");
        SignOut(browser);
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync(strict.AuthorizeUrl()), ada);
        Assert.Equal("/signin/verify/app", page.Path);
        Assert.Null(page.Document.QuerySelector("input[name='Input.Trust']"));
    }

    [Fact]
    [Spec("S71")]
    public async Task A_stranger_who_fails_does_not_keep_the_owner_out_of_a_trusted_browser()
    {
        var (shop, ada, browser) = await TrustedAsync();
        var stranger = server.OpenBrowser();
        var page = await stranger.GetAsync("/account");
        for (var failure = 0; failure < 6; failure++)
        {
            await Journey.PasswordAsync(stranger, page, ada, "not the password");
        }

        Assert.Equal("/signin/blocked", (await Journey.PasswordAsync(stranger, page, ada)).Path);
        SignOut(browser);
        Assert.True((await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl()), ada)).LeftSso);
    }

    [Fact]
    public async Task Its_owner_sees_it_and_takes_the_trust_back()
    {
        var (shop, ada, browser) = await TrustedAsync();
        await Journey.SignInAsync(browser, ada, "/account");
        var list = await browser.GetAsync("/account/sessions");
        Assert.Contains("Dispositivi attendibili", list.Text, StringComparison.Ordinal);
        var device = list.Document.QuerySelector("input[name=device]")!.GetAttribute("value")!;
        await browser.SubmitAsync(list, ("device", device));
        SignOut(browser);
        Assert.Equal("/signin/verify/app", (await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl()), ada)).Path);
    }

    [Fact]
    [Spec("S12")]
    public async Task A_sign_in_from_a_new_browser_is_told_and_from_a_known_one_not()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var home = server.OpenBrowser();
        await Journey.SignInAsync(home, ada, "/account");
        Assert.Empty(await NewBrowserMailsAsync(ada));
        SignOut(home);
        await Journey.SignInAsync(home, ada, "/account");
        Assert.Empty(await NewBrowserMailsAsync(ada));

        await Journey.SignInAsync(server.OpenBrowser(), ada, "/account");
        Assert.Single(await NewBrowserMailsAsync(ada));
    }

    private async Task<(RelyingParty Shop, Customer Ada, Browser Browser)> TrustedAsync()
    {
        var shop = await server.RegisterAsync("shop", client => client.AcceptsTrustedDevices = true);
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl()), ada);
        var answer = await browser.SubmitAsync(page, ("Input.Code", await server.AppCodeAsync(ada.Id)), ("Input.Trust", "true"));
        Assert.True(answer.LeftSso, answer.Path);
        Assert.NotNull(browser.Cookie(Cookie));
        return (shop, ada, browser);
    }

    private static void SignOut(Browser browser) => browser.SetCookie("__Host-sso-session", "");

    private static async Task<List<string>> NewBrowserMailsAsync(Customer customer) =>
        [
            .. from mail in await customer.MailsAsync() where mail.Subject.StartsWith(
                "Nuovo accesso al tuo account", StringComparison.Ordinal) select mail.Subject,
        ];
}
