using System.Net;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Authorization;

[Spec("OIDC Core", "3.1.2")]
[OneDatabase]
public sealed class AuthorizationEndpointTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    [Spec("S98")]
    [Spec("RFC 9207", "2")]
    public async Task The_answer_carries_code_state_and_issuer()
    {
        var (shop, customer) = await ShopAndCustomerAsync();
        var answer = await shop.SignInAsync(server.OpenBrowser(), customer);
        Assert.Equal(("state-1", SsoServer.Issuer), (answer.Parameter("state"), answer.Parameter("iss")));
        Assert.StartsWith(shop.RedirectUri + "?", answer.Url.ToString(), StringComparison.Ordinal);
        Assert.NotNull(answer.Code);
    }

    [Fact]
    [Spec("BA19")]
    public async Task A_session_answers_the_next_request_without_a_page()
    {
        var (shop, customer) = await ShopAndCustomerAsync();
        var browser = server.OpenBrowser();
        await shop.SignInAsync(browser, customer);
        Assert.NotNull((await browser.GetAsync(shop.AuthorizeUrl())).Code);
        Assert.NotNull((await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none")))).Code);
    }

    [Fact]
    [Spec("BA18")]
    [Spec("S51")]
    public async Task Prompt_none_without_a_session_is_login_required()
    {
        var shop = await server.RegisterAsync("shop");
        var answer = await server.OpenBrowser().GetAsync(shop.AuthorizeUrl(("prompt", "none")));
        Assert.Equal(("login_required", SsoServer.Issuer), (answer.Error, answer.Parameter("iss")));
    }

    [Fact]
    [Spec("S37")]
    public async Task Prompt_none_after_the_password_alone_is_interaction_required()
    {
        var (shop, customer) = await ShopAndCustomerAsync();
        var browser = server.OpenBrowser();
        await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl()), customer);
        Assert.Equal("interaction_required", (await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none")))).Error);
    }

    [Fact]
    [Spec("BA17")]
    public async Task Prompt_login_asks_again_and_moves_auth_time()
    {
        var (shop, customer) = await ShopAndCustomerAsync();
        var browser = server.OpenBrowser();
        var first = await shop.RedeemAsync((await shop.SignInAsync(browser, customer)).Code);
        await server.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal("/signin", (await browser.GetAsync(shop.AuthorizeUrl(("prompt", "login")))).Path);
        var second = await shop.RedeemAsync((await shop.SignInAsync(browser, customer, ("prompt", "login"))).Code);
        Assert.True(
            long.Parse(second.IdToken.GetClaim("auth_time").Value, null) > long.Parse(first.IdToken.GetClaim("auth_time").Value, null));
    }

    [Fact]
    [Spec("BA20")]
    public async Task Max_age_asks_again_when_the_sign_in_is_older()
    {
        var (shop, customer) = await ShopAndCustomerAsync();
        var browser = server.OpenBrowser();
        await shop.SignInAsync(browser, customer);
        await server.PassAsync(TimeSpan.FromMinutes(2));
        Assert.NotNull((await browser.GetAsync(shop.AuthorizeUrl(("max_age", "300")))).Code);
        Assert.Equal("/signin", (await browser.GetAsync(shop.AuthorizeUrl(("max_age", "60")))).Path);
        Assert.NotNull((await shop.SignInAsync(browser, customer, ("max_age", "0"))).Code);
    }

    [Theory]
    [Spec("S88")]
    [Spec("BA30")]
    [InlineData("redirect_uri", "https://evil.example/callback")]
    [InlineData("client_id", "nobody")]
    [InlineData("redirect_uri", null)]
    public async Task A_request_that_cannot_be_answered_to_the_client_ends_on_a_page_of_ours(string parameter, string? value)
    {
        var shop = await server.RegisterAsync("shop");
        var page = await server.OpenBrowser().GetAsync(shop.AuthorizeUrl((parameter, value)));
        Assert.False(page.LeftSso);
        Assert.Equal("/error", page.Path);
    }

    [Fact]
    [Spec("FS03")]
    public async Task Cancelling_gives_access_denied_to_the_client()
    {
        var shop = await server.RegisterAsync("shop");
        var browser = server.OpenBrowser();
        var page = await browser.GetAsync(shop.AuthorizeUrl());
        var handle = page.Parameter("flow");
        var token = page.Document.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        var answer = await browser.PostAsync($"/signin?handler=cancel&flow={handle}", [new("__RequestVerificationToken", token)]);
        Assert.Equal(("access_denied", "state-1"), (answer.Error, answer.Parameter("state")));
    }

    [Fact]
    [Spec("FP01")]
    [Spec("S60")]
    public async Task Form_post_answers_with_a_form_whose_values_are_encoded()
    {
        var (shop, customer) = await ShopAndCustomerAsync();
        var browser = server.OpenBrowser();
        await shop.SignInAsync(browser, customer);
        const string State = "\"><script>alert(1)</script>";
        var page = await browser.GetAsync(shop.AuthorizeUrl(("response_mode", "form_post"), ("state", State)));
        Assert.Equal(HttpStatusCode.OK, page.Status);
        var form = page.Document.Forms.Single();
        Assert.Equal(shop.RedirectUri, form.GetAttribute("action"));
        Assert.Equal(State, form.QuerySelector("[name=state]")!.GetAttribute("value"));
        Assert.Single(page.Document.Scripts);
        Assert.NotNull(form.QuerySelector("button"));
    }

    [Fact]
    [Spec("OIDC Core", "3.1.2.1")]
    public async Task A_request_may_be_posted_and_continues_as_a_get_with_the_session()
    {
        var (shop, customer) = await ShopAndCustomerAsync();
        var browser = server.OpenBrowser();
        await shop.SignInAsync(browser, customer);
        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(shop.AuthorizeUrl().Split('?')[1]);
        var answer = await browser.PostAsync(
            "/connect/authorize", query.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.ToString())));
        Assert.NotNull(answer.Code);
    }

    [Fact]
    public async Task The_old_sign_in_address_answers_authorization_requests_and_login_leads_there()
    {
        var (shop, customer) = await ShopAndCustomerAsync();
        var browser = server.OpenBrowser();
        var query = shop.AuthorizeUrl().Split('?')[1];
        Assert.NotNull((await Journey.SignInAsync(browser, customer, "/login?" + query)).Code);
        Assert.NotNull((await browser.GetAsync("/signin?" + query)).Code);
    }

    [Fact]
    [Spec("A3")]
    public async Task A_flow_handle_works_only_in_the_browser_it_was_made_for()
    {
        var (shop, customer) = await ShopAndCustomerAsync();
        var victim = server.OpenBrowser();
        await shop.SignInAsync(victim, customer);
        var attackers = await server.OpenBrowser().GetAsync(shop.AuthorizeUrl());
        Assert.Equal("/error", (await victim.GetAsync(attackers.Url.PathAndQuery)).Path);
        Assert.Equal("/error", (await victim.GetAsync("/connect/authorize/continue" + attackers.Url.Query)).Path);
    }

    [Fact]
    [Spec("A4")]
    [Spec("S51")]
    public async Task Another_person_signing_in_gets_a_wholly_new_session()
    {
        var (shop, ada) = await ShopAndCustomerAsync();
        var bo = await (await server.AddPersonAsync("bo")).WithPhoneAsync();
        var browser = server.OpenBrowser();
        var first = await shop.RedeemAsync((await shop.SignInAsync(browser, ada)).Code);
        var second = await shop.RedeemAsync((await shop.SignInAsync(browser, bo, ("prompt", "login"))).Code);
        Assert.Equal(bo.Subject, second.IdToken.Subject);
        Assert.NotEqual(first.IdToken.GetClaim("sid").Value, second.IdToken.GetClaim("sid").Value);
        Assert.Equal(["pwd", "sms", "mfa"], second.Amr);
    }

    [Fact]
    [Spec("S37")]
    public async Task Without_a_second_factor_the_password_leads_to_enrolment_and_nowhere_else()
    {
        var shop = await server.RegisterAsync("shop");
        var flo = await server.AddPersonAsync("flo");
        var browser = server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl()), flo);
        Assert.Equal("/signin/enrol", page.Path);
        foreach (var path in (string[])["/account", "/account/mfa", "/account/mfa/done", shop.AuthorizeUrl()])
        {
            Assert.Equal("/signin/enrol", (await browser.GetAsync(path)).Path);
        }
    }

    [Fact]
    public async Task A_client_with_policy_none_takes_the_password_and_says_so()
    {
        var machine = await server.RegisterAsync("machine", registration => registration.SecondFactor = SecondFactorPolicy.None);
        var di = await server.AddPersonAsync("di");
        var tokens = await machine.RedeemAsync((await machine.SignInAsync(server.OpenBrowser(), di)).Code);
        Assert.Equal(["pwd"], tokens.Amr);
    }

    private async Task<(RelyingParty Shop, Customer Customer)> ShopAndCustomerAsync() =>
        (await server.RegisterAsync("shop"), await (await server.AddPersonAsync("anna")).WithAppAsync());
}
