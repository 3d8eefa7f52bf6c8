using System.Net;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Authorization;

[Spec("OIDC Core", "5.5")]
[OneDatabase]
public sealed class ClaimsParameterTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    [Spec("BA35")]
    public async Task A_name_for_userinfo_comes_there_and_not_in_the_id_token()
    {
        var (shop, ada) = await ShopAndAdaAsync();
        var tokens = await SignInAsync(shop, ada, """{"userinfo":{"name":{"essential":true}}}""");
        Assert.False(tokens.IdToken.TryGetClaim("name", out _));
        var (_, info) = await shop.UserInfoAsync(tokens.AccessToken);
        Assert.Equal("Ada L.", info.GetProperty("name").GetString());
        Assert.False(info.TryGetProperty("given_name", out _));
    }

    [Fact]
    [Spec("PY01")]
    [Spec("PY05")]
    [Spec("PY06")]
    public async Task What_is_asked_for_the_id_token_comes_there_and_auth_time_and_acr_are_always_there()
    {
        var (shop, ada) = await ShopAndAdaAsync();
        var tokens = await SignInAsync(
            shop, ada, """{"id_token":{"email":{"essential":true},"auth_time":{"essential":true},"acr":{"essential":true}}}""");
        Assert.Equal(ada.Email, tokens.IdToken.GetClaim("email").Value);
        Assert.True(tokens.IdToken.TryGetClaim("auth_time", out _));
        Assert.Equal("urn:sso:acr:mfa-app", tokens.IdToken.GetClaim("acr").Value);
        var (_, info) = await shop.UserInfoAsync(tokens.AccessToken);
        Assert.False(info.TryGetProperty("email", out _));
    }

    [Fact]
    [Spec("PY04")]
    [Spec("PY06")]
    public async Task A_claim_that_is_not_known_of_a_person_is_no_error()
    {
        var (shop, ada) = await ShopAndAdaAsync();
        var tokens = await SignInAsync(shop, ada, """{"userinfo":{"email":null,"picture":{"essential":true}},"id_token":{"acr":null}}""");
        var (status, info) = await shop.UserInfoAsync(tokens.AccessToken);
        Assert.Equal((HttpStatusCode.OK, ada.Email), (status, info.GetProperty("email").GetString()));
        Assert.False(info.TryGetProperty("picture", out _));
        Assert.True(tokens.IdToken.TryGetClaim("acr", out _));
    }

    [Fact]
    public async Task A_pushed_request_may_ask_for_claims_and_a_refreshed_token_still_reads_them()
    {
        var (shop, ada) = await ShopAndAdaAsync();
        var tokens = await SignInAsync(shop, ada, """{"userinfo":{"nickname":null}}""", "openid offline_access");
        var again = await shop.RefreshAsync(tokens.RefreshToken);
        Assert.Equal("adina", (await shop.UserInfoAsync(again.AccessToken)).Body.GetProperty("nickname").GetString());
    }

    [Fact]
    [Spec("OIDC Core", "5.5.1")]
    public async Task Sub_lets_nobody_else_sign_in()
    {
        var (shop, ada) = await ShopAndAdaAsync();
        var browser = server.OpenBrowser();
        await shop.SignInAsync(browser, ada);
        string Claims(string subject) => $"{{\"id_token\":{{\"sub\":{{\"value\":\"{subject}\"}}}}}}";
        Assert.NotNull((await browser.GetAsync(shop.AuthorizeUrl(("claims", Claims(ada.Subject)), ("prompt", "none")))).Code);
        Assert.Equal(
            "login_required", (await browser.GetAsync(shop.AuthorizeUrl(("claims", Claims("somebody")), ("prompt", "none")))).Error);
        Assert.Equal("login_required", (await shop.SignInAsync(browser, ada, ("claims", Claims("somebody")))).Error);
    }

    [Fact]
    [Spec("OIDC Core", "5.5.1.1")]
    public async Task An_essential_acr_is_reached_or_the_sign_in_fails()
    {
        var (shop, ada) = await ShopAndAdaAsync(secondFactor: Sso.Protocol.Clients.SecondFactorPolicy.None);
        const string stronger = """{"id_token":{"acr":{"essential":true,"values":["urn:sso:acr:mfa"]}}}""";
        var browser = server.OpenBrowser();
        await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl()), ada);
        Assert.Equal("interaction_required", (await browser.GetAsync(shop.AuthorizeUrl(("claims", stronger), ("prompt", "none")))).Error);
        var tokens = await SignInAsync(shop, ada, stronger);
        Assert.Equal("urn:sso:acr:mfa", tokens.IdToken.GetClaim("acr").Value);
        var refused = await browser.GetAsync(shop.AuthorizeUrl(("claims", """{"id_token":{"acr":{"essential":true,"value":"gold"}}}""")));
        Assert.Equal("unmet_authentication_requirements", refused.Error);
    }

    [Fact]
    [Spec("BA27")]
    public async Task Acr_values_are_answered_by_one_of_them()
    {
        var (shop, ada) = await ShopAndAdaAsync();
        var back = await shop.SignInAsync(server.OpenBrowser(), ada, ("acr_values", "urn:sso:acr:1fa urn:sso:acr:mfa"));
        Assert.Equal("urn:sso:acr:mfa", (await shop.RedeemAsync(back.Code)).IdToken.GetClaim("acr").Value);
        back = await shop.SignInAsync(server.OpenBrowser(), ada, ("acr_values", "1 2"));
        Assert.Equal("urn:sso:acr:mfa-app", (await shop.RedeemAsync(back.Code)).IdToken.GetClaim("acr").Value);
    }

    [Fact]
    [Spec("OIDC Core", "3.1.2.4")]
    public async Task A_single_claim_is_asked_of_the_person_in_words_and_remembered()
    {
        var (shop, ada) = await ShopAndAdaAsync(asksConsent: true);
        const string claims = """{"userinfo":{"birthdate":null}}""";
        var browser = server.OpenBrowser();
        var page = await browser.GetAsync(shop.AuthorizeUrl(("scope", "openid"), ("claims", claims)));
        page = await Journey.AppAsync(browser, await Journey.PasswordAsync(browser, page, ada), ada);
        Assert.Equal("/consent", page.Path);
        Assert.Contains("vedere la tua data di nascita", page.Text, StringComparison.Ordinal);
        Assert.NotNull((await browser.SubmitAsync(page)).Code);

        Assert.NotNull((await browser.GetAsync(shop.AuthorizeUrl(("scope", "openid"), ("claims", claims), ("prompt", "none")))).Code);
        var more = await browser.GetAsync(
            shop.AuthorizeUrl(("scope", "openid"), ("claims", """{"userinfo":{"gender":null}}"""), ("prompt", "none")));
        Assert.Equal("consent_required", more.Error);
    }

    [Fact]
    public async Task Discovery_says_that_claims_may_be_asked_for()
    {
        using var client = server.Backchannel();
        var document = System.Text.Json.JsonDocument.Parse(await client.GetStringAsync("/.well-known/openid-configuration")).RootElement;
        Assert.True(document.GetProperty("claims_parameter_supported").GetBoolean());
        var claims = document.GetProperty("claims_supported").EnumerateArray().Select(claim => claim.GetString()).ToHashSet();
        Assert.Superset(Scopes.Claims.Values.SelectMany(names => names).ToHashSet<string?>(), claims);
    }

    private async Task<TokenAnswer> SignInAsync(RelyingParty shop, Customer ada, string claims, string scope = "openid")
    {
        var pushed = await shop.PushAsync(("scope", scope), ("claims", claims));
        var url = $"/connect/authorize?client_id={shop.Id}&request_uri={Uri.EscapeDataString(pushed.Text("request_uri")!)}";
        return await shop.RedeemAsync((await Journey.SignInAsync(server.OpenBrowser(), ada, url)).Code);
    }

    private async Task<(RelyingParty Shop, Customer Ada)> ShopAndAdaAsync(
        bool asksConsent = false, Sso.Protocol.Clients.SecondFactorPolicy secondFactor = Sso.Protocol.Clients.SecondFactorPolicy.Required)
    {
        var shop = await server.RegisterAsync(
            "shop", client => (client.ConsentRequired, client.SecondFactor) = (asksConsent, secondFactor));
        await server.PassAsync(TimeSpan.FromSeconds(1));
        var ada = await server.AddPersonAsync(
            "ada", person => (person.Name, person.Nickname, person.Locality) = ("Ada L.", "adina", "Roma"));
        return (shop, await ada.WithAppAsync());
    }
}
