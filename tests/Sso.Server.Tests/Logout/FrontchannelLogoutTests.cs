using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Sso.Data.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Logout;

[Spec("Front-Channel Logout", "3")]
[OneDatabase]
public sealed class FrontchannelLogoutTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string GoBack = "https://shop.example/signed-out";
    private const string FrameUri = "https://shop.example/frame?kind=1";

    [Fact]
    [Spec("FL01")]
    public async Task The_metadata_say_that_it_is_offered_with_sessions()
    {
        using var client = server.Backchannel();
        using var metadata = JsonDocument.Parse(await client.GetStringAsync("/.well-known/openid-configuration"));
        Assert.True(metadata.RootElement.GetProperty("frontchannel_logout_supported").GetBoolean());
        Assert.True(metadata.RootElement.GetProperty("frontchannel_logout_session_supported").GetBoolean());
        Assert.StartsWith("https://", metadata.RootElement.GetProperty("end_session_endpoint").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    [Spec("FL02")]
    public async Task The_page_loads_the_address_with_issuer_and_session_and_then_goes_back_with_the_state()
    {
        var (shop, browser, tokens) = await SignedInAsync(
            client => (client.FrontchannelLogoutUri, client.FrontchannelLogoutSessionRequired) = (FrameUri, true));
        var page = await browser.GetAsync(LogoutUrl(tokens, ("post_logout_redirect_uri", GoBack), ("state", "s1")));
        Assert.Equal("/signedout", page.Path);
        var frame = new Uri(Assert.Single(page.Document.QuerySelectorAll("iframe")).GetAttribute("src")!);
        Assert.Equal("https://shop.example/frame", frame.GetLeftPart(UriPartial.Path));
        var query = QueryHelpers.ParseQuery(frame.Query);
        Assert.Equal(["iss", "kind", "sid"], query.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(
            ("1", SsoServer.Issuer, tokens.IdToken.GetClaim("sid").Value),
            (query["kind"].ToString(), query["iss"].ToString(), query["sid"].ToString()));
        Assert.Contains("frame-src https://shop.example;", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Equal(GoBack + "?state=s1", page.Document.QuerySelector("a[data-continue]")!.GetAttribute("href"));
        Assert.Equal("login_required", (await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none")))).Error);
    }

    [Fact]
    public async Task Without_the_requirement_nothing_is_added_and_without_an_address_to_go_back_to_the_page_stays()
    {
        var (_, browser, tokens) = await SignedInAsync(client => client.FrontchannelLogoutUri = FrameUri);
        var page = await browser.GetAsync(LogoutUrl(tokens));
        Assert.Equal(FrameUri, Assert.Single(page.Document.QuerySelectorAll("iframe")).GetAttribute("src"));
        Assert.Null(page.Document.QuerySelector("a[data-continue]"));
    }

    [Fact]
    public async Task Only_applications_of_this_session_are_loaded_and_the_others_go_straight_back()
    {
        await server.RegisterAsync("other", client => client.FrontchannelLogoutUri = "https://other.example/frame");
        var (_, browser, tokens) = await SignedInAsync(_ => { });
        Assert.Equal(GoBack, (await browser.GetAsync(LogoutUrl(tokens, ("post_logout_redirect_uri", GoBack)))).Url.ToString());
        Assert.DoesNotContain(
            "frame-src", (await browser.GetAsync("/signedout")).Headers["Content-Security-Policy"], StringComparison.Ordinal);
    }

    [Theory]
    [Spec("A31")]
    [InlineData("JaVaScRiPt:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("com.example.app:/x")]
    public async Task What_was_put_into_the_database_by_hand_is_not_loaded(string uri)
    {
        var (_, browser, tokens) = await SignedInAsync(client => client.FrontchannelLogoutUri = uri);
        Assert.Empty((await browser.GetAsync(LogoutUrl(tokens))).Document.QuerySelectorAll("iframe"));
    }

    [Theory]
    [Spec("S62")]
    [InlineData("/signedout?over=https://evil.example/")]
    [InlineData("/signedout?over=AAAA")]
    public async Task A_handle_that_was_not_sealed_here_leads_nowhere(string url)
    {
        var page = await server.OpenBrowser().GetAsync(url);
        Assert.Equal("/signedout", page.Path);
        Assert.Empty(page.Document.QuerySelectorAll("iframe, a[data-continue]"));
    }

    private static string LogoutUrl(TokenAnswer tokens, params (string Name, string? Value)[] parameters) => QueryHelpers.AddQueryString(
        "/connect/logout",
        parameters.Append(("id_token_hint", tokens.Text("id_token"))).ToDictionary(pair => pair.Item1, pair => pair.Item2));

    private async Task<(RelyingParty Shop, Browser Browser, TokenAnswer Tokens)> SignedInAsync(Action<ClientRegistration> change)
    {
        var shop = await server.RegisterAsync("shop", change);
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        return (shop, browser, await shop.RedeemAsync((await shop.SignInAsync(browser, ada)).Code));
    }
}
