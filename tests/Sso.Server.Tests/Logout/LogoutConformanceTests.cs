using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Logout;

/// <summary>What the certification plan of RP-Initiated Logout asks, module by module.</summary>
[OneDatabase]
public sealed class LogoutConformanceTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string GoBack = "https://shop.example/signed-out";
    private static readonly string LongState = new('s', 128);

    [Fact]
    [Spec("RL01")]
    public async Task The_metadata_name_the_endpoint_with_https()
    {
        using var client = server.Backchannel();
        using var metadata = JsonDocument.Parse(await client.GetStringAsync("/.well-known/openid-configuration"));
        Assert.StartsWith("https://", metadata.RootElement.GetProperty("end_session_endpoint").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    [Spec("RL02")]
    public async Task Hint_address_and_state_lead_back_with_the_state_alone_and_signed_out()
    {
        var (shop, browser, idToken) = await SignedInAsync();
        var answer = await browser.GetAsync(
            LogoutUrl(("id_token_hint", idToken), ("post_logout_redirect_uri", GoBack), ("state", LongState)));
        Assert.Equal($"{GoBack}?state={LongState}", answer.Url.ToString());
        await AssertSignedOutAsync(shop, browser);
    }

    [Fact]
    [Spec("RL03")]
    public async Task An_address_that_is_not_registered_ends_on_a_page()
    {
        var (_, browser, idToken) = await SignedInAsync();
        var answer = await browser.GetAsync(
            LogoutUrl(("id_token_hint", idToken), ("post_logout_redirect_uri", GoBack + "/other"), ("state", LongState)));
        Assert.Equal("/error", answer.Path);
        Assert.DoesNotContain(GoBack + "/other", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("RL06")]
    public async Task A_hint_that_the_application_signed_itself_ends_on_a_page_and_leads_nowhere_afterwards()
    {
        var (shop, browser, _) = await SignedInAsync();
        using var own = RSA.Create(2048);
        var forged = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = shop.Id,
            Audience = SsoServer.Issuer,
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(own), SecurityAlgorithms.RsaSha256),
        });
        var answer = await browser.GetAsync(
            LogoutUrl(("id_token_hint", forged), ("post_logout_redirect_uri", GoBack), ("state", LongState)));
        Assert.Equal("/signout", answer.Path);
        Assert.Equal("/signedout", (await browser.SubmitAsync(answer)).Path);
    }

    [Fact]
    [Spec("RL07")]
    public async Task Without_hint_and_client_id_the_person_is_asked_and_the_address_is_never_followed()
    {
        var (shop, browser, _) = await SignedInAsync();
        var question = await browser.GetAsync(LogoutUrl(("post_logout_redirect_uri", GoBack), ("state", LongState)));
        Assert.Equal("/signout", question.Path);
        Assert.Equal("/signedout", (await browser.SubmitAsync(question)).Path);
        await AssertSignedOutAsync(shop, browser);
    }

    [Fact]
    [Spec("RL08")]
    public async Task Without_any_parameter_the_person_is_asked_and_a_page_says_that_it_is_done()
    {
        var (shop, browser, _) = await SignedInAsync();
        var question = await browser.GetAsync("/connect/logout");
        Assert.Equal("/signout", question.Path);
        AssertSaysSo(await browser.SubmitAsync(question));
        await AssertSignedOutAsync(shop, browser);
    }

    [Fact]
    [Spec("RL10")]
    public async Task Hint_and_state_without_an_address_end_on_the_page_signed_out()
    {
        var (shop, browser, idToken) = await SignedInAsync();
        AssertSaysSo(await browser.GetAsync(LogoutUrl(("id_token_hint", idToken), ("state", LongState))));
        await AssertSignedOutAsync(shop, browser);
    }

    [Fact]
    [Spec("RL11")]
    public async Task Without_a_state_none_is_added()
    {
        var (shop, browser, idToken) = await SignedInAsync();
        Assert.Equal(
            GoBack, (await browser.GetAsync(LogoutUrl(("id_token_hint", idToken), ("post_logout_redirect_uri", GoBack)))).Url.ToString());
        await AssertSignedOutAsync(shop, browser);
    }

    private static void AssertSaysSo(Page page) =>
        Assert.Equal(("/signedout", "Sei uscito"), (page.Path, page.Document.QuerySelector("h1")!.TextContent));

    private static async Task AssertSignedOutAsync(RelyingParty shop, Browser browser) =>
        Assert.Equal("login_required", (await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none")))).Error);

    private static string LogoutUrl(params (string Name, string? Value)[] parameters) =>
        QueryHelpers.AddQueryString("/connect/logout", parameters.ToDictionary(pair => pair.Name, pair => pair.Value));

    private async Task<(RelyingParty Shop, Browser Browser, string IdToken)> SignedInAsync()
    {
        var shop = await server.RegisterAsync("shop");
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(browser, ada)).Code);
        return (shop, browser, tokens.Text("id_token")!);
    }
}
