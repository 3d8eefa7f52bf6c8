using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.SignIn;

/// <summary>Browsers that are remembered after a second factor, and new ones that are told to their owner.</summary>
[Spec("S35")]
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
    [Spec("S38")]
    public async Task A_demanded_acr_is_not_softened()
    {
        var (shop, ada, browser) = await TrustedAsync();
        SignOut(browser);
        var page = await browser.GetAsync(shop.AuthorizeUrl(("acr_values", "urn:sso:acr:mfa")));
        Assert.Equal("/signin/verify/app", (await Journey.PasswordAsync(browser, page, ada)).Path);
    }

    [Fact]
    public async Task It_is_good_for_its_owner_only()
    {
        var (shop, _, browser) = await TrustedAsync();
        var bo = await (await server.AddPersonAsync("bo")).WithAppAsync();
        SignOut(browser);
        Assert.Equal("/signin/verify/app", (await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl()), bo)).Path);
    }

    [Fact]
    public async Task After_thirty_days_it_is_over()
    {
        var (shop, ada, browser) = await TrustedAsync();
        await server.PassAsync(TimeSpan.FromDays(30));
        Assert.Equal("/signin/verify/app", (await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl()), ada)).Path);
    }

    [Fact]
    public async Task A_copy_of_the_cookie_that_comes_after_its_use_ends_the_trust_and_the_owner_hears()
    {
        var (shop, ada, browser) = await TrustedAsync();
        var copy = browser.Cookie(Cookie)!;
        SignOut(browser);
        Assert.True((await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl()), ada)).LeftSso);
        await server.PassAsync(TimeSpan.FromSeconds(11));

        var thief = server.OpenBrowser();
        thief.SetCookie(Cookie, copy);
        Assert.Equal("/signin/verify/app", (await Journey.PasswordAsync(thief, await thief.GetAsync(shop.AuthorizeUrl()), ada)).Path);

        SignOut(browser);
        Assert.Equal("/signin/verify/app", (await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl()), ada)).Path);
        Assert.Contains(
            await ada.MailsAsync(),
            mail => mail.Subject.StartsWith("Un dispositivo attendibile è stato rimosso", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_second_tab_within_ten_seconds_is_no_thief()
    {
        var (shop, ada, browser) = await TrustedAsync();
        var before = browser.Cookie(Cookie)!;
        SignOut(browser);
        var tab = await browser.GetAsync(shop.AuthorizeUrl());
        Assert.True((await Journey.PasswordAsync(browser, tab, ada)).LeftSso);
        SignOut(browser);
        browser.SetCookie(Cookie, before);
        Assert.True((await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl()), ada)).LeftSso);
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

    [Fact]
    [Spec("S12")]
    public async Task The_right_password_with_five_wrong_codes_is_told()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), ada);
        for (var wrong = 0; wrong < 6; wrong++)
        {
            page = await browser.SubmitAsync(page, ("Input.Code", "000000"));
        }

        Assert.Equal("/signin", page.Path);
        Assert.Contains(
            await ada.MailsAsync(), mail => mail.Subject.StartsWith("Accesso non riuscito con la tua password", StringComparison.Ordinal));
    }

    [Fact]
    [Spec("S12")]
    public async Task Wrong_codes_while_an_app_is_set_up_alarm_nobody()
    {
        var flo = await server.AddPersonAsync("flo");
        var browser = server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), flo);
        page = await browser.GetAsync("/account/mfa/app" + page.Url.Query);
        for (var wrong = 0; wrong < 6; wrong++)
        {
            page = await browser.SubmitAsync(page, ("Input.Code", "000000"));
        }

        Assert.Equal("/signin", page.Path);
        Assert.Empty(await flo.MailsAsync());
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
