using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Logout;

[Spec("RP-Initiated Logout", "2")]
[OneDatabase]
public sealed class LogoutEndpointTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    public async Task With_the_hint_of_this_session_the_browser_is_signed_out_and_goes_back()
    {
        var (shop, browser, tokens) = await SignedInAsync();
        var answer = await browser.GetAsync(LogoutUrl(
            ("id_token_hint", tokens.Text("id_token")), ("post_logout_redirect_uri", "https://shop.example/signed-out"), ("state", "s 1")));
        Assert.Equal("https://shop.example/signed-out", answer.Url.GetLeftPart(UriPartial.Path));
        Assert.Equal("s 1", answer.Parameter("state"));
        Assert.Equal("/signin", (await browser.GetAsync("/account")).Path);
        Assert.Equal("login_required", (await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none")))).Error);
    }

    [Fact]
    [Spec("S44")]
    public async Task Tokens_of_the_session_die_with_it_and_offline_ones_do_not()
    {
        var (shop, browser, online) = await SignedInAsync();
        var offline = await shop.RedeemAsync((await browser.GetAsync(shop.AuthorizeUrl(("scope", "openid offline_access")))).Code);
        await browser.GetAsync(LogoutUrl(("id_token_hint", online.Text("id_token"))));
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UserInfoAsync(online.AccessToken)).Status);
        Assert.Equal(HttpStatusCode.OK, (await shop.RefreshAsync(offline.RefreshToken)).Status);
    }

    [Fact]
    public async Task Without_a_hint_the_person_is_asked_first_and_then_goes_back()
    {
        var (shop, browser, _) = await SignedInAsync();
        var page = await browser.GetAsync(
            LogoutUrl(("client_id", shop.Id), ("post_logout_redirect_uri", "https://shop.example/signed-out")));
        Assert.Equal("/signout", page.Path);
        Assert.Equal("/account", (await browser.GetAsync("/account")).Path);
        Assert.Equal("https://shop.example/signed-out", (await browser.SubmitAsync(page)).Url.ToString());
    }

    [Theory]
    [Spec("S62")]
    [Spec("A22")]
    [InlineData("https://evil.example/")]
    [InlineData("https://shop.example/signed-out/")]
    [InlineData("https://shop.example/signed-out?x=1")]
    [InlineData("https://SHOP.example/signed-out")]
    [InlineData("//shop.example/signed-out")]
    public async Task Only_a_registered_address_is_gone_back_to(string uri)
    {
        var (_, browser, tokens) = await SignedInAsync();
        var page = await browser.GetAsync(LogoutUrl(("id_token_hint", tokens.Text("id_token")), ("post_logout_redirect_uri", uri)));
        Assert.False(page.LeftSso);
        Assert.Equal("/error", page.Path);
    }

    [Fact]
    public async Task The_hint_of_another_session_signs_nobody_out_without_asking()
    {
        var (_, _, foreign) = await SignedInAsync();
        var (_, browser, _) = await SignedInAsync();
        Assert.Equal("/signout", (await browser.GetAsync(LogoutUrl(("id_token_hint", foreign.Text("id_token"))))).Path);
        Assert.Equal("/signout", (await browser.GetAsync(LogoutUrl(("id_token_hint", "not.a.token")))).Path);
        Assert.Equal("/account", (await browser.GetAsync("/account")).Path);
    }

    [Fact]
    public async Task An_expired_hint_still_names_the_session()
    {
        var (_, browser, tokens) = await SignedInAsync();
        await server.PassAsync(TimeSpan.FromMinutes(20));
        Assert.Equal("/signedout", (await browser.GetAsync(LogoutUrl(("id_token_hint", tokens.Text("id_token"))))).Path);
        Assert.Equal("/signin", (await browser.GetAsync("/account")).Path);
    }

    [Fact]
    [Spec("S44")]
    [Spec("RL02")]
    public async Task A_form_from_the_page_of_an_application_ends_the_session_though_it_brings_no_cookie()
    {
        var (shop, browser, tokens) = await SignedInAsync();
        var answer = await PostFromElsewhereAsync(
            browser, ("id_token_hint", tokens.Text("id_token")!),
            ("post_logout_redirect_uri", "https://shop.example/signed-out"), ("state", "s 1"));

        Assert.Equal("https://shop.example/signed-out?state=s%201", answer.Url.AbsoluteUri);
        Assert.Equal("login_required", (await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none")))).Error);
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UserInfoAsync(tokens.AccessToken)).Status);
    }

    [Fact]
    public async Task A_form_from_elsewhere_without_a_hint_signs_nobody_out_without_asking()
    {
        var (_, browser, _) = await SignedInAsync();

        Assert.Equal("/signout", (await PostFromElsewhereAsync(browser, ("state", "s 1"))).Path);
        Assert.Equal("/account", (await browser.GetAsync("/account")).Path);
    }

    [Fact]
    public async Task A_form_that_fits_no_address_or_says_something_twice_signs_nobody_out()
    {
        var (_, browser, tokens) = await SignedInAsync();
        var hint = tokens.Text("id_token")!;

        Assert.Equal("/signout", (await PostFromElsewhereAsync(browser, ("id_token_hint", hint), ("state", new string('s', 6000)))).Path);
        Assert.Equal("/error", (await PostFromElsewhereAsync(browser, ("id_token_hint", hint), ("id_token_hint", hint))).Path);
        Assert.Equal("/account", (await browser.GetAsync("/account")).Path);
    }

    /// <summary>
    /// As a browser does from a page of another site: our cookies are Lax, so they come with the GET that follows and not with the form.
    /// </summary>
    private async Task<Page> PostFromElsewhereAsync(Browser browser, params (string Name, string Value)[] form)
    {
        using var http = server.Backchannel();
        using var content = new FormUrlEncodedContent(form.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));
        using var answer = await http.PostAsync("/connect/logout", content);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        return await browser.GetAsync(answer.Headers.Location!.ToString());
    }

    private static string LogoutUrl(params (string Name, string? Value)[] parameters) =>
        QueryHelpers.AddQueryString("/connect/logout", parameters.ToDictionary(pair => pair.Name, pair => pair.Value));

    private async Task<(RelyingParty Shop, Browser Browser, TokenAnswer Tokens)> SignedInAsync()
    {
        var shop = await server.RegisterAsync("shop");
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        return (shop, browser, await shop.RedeemAsync((await shop.SignInAsync(browser, ada)).Code));
    }
}
