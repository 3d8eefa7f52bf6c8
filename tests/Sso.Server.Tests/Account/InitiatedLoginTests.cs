using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Account;

/// <summary>A sign-in that begins in the account area (OIDC Core §4).</summary>
[OneDatabase]
public sealed class InitiatedLoginTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    [Spec("TP01")]
    public async Task The_list_of_applications_opens_one_at_its_own_address_with_the_issuer()
    {
        var shop = await server.RegisterAsync("shop", client => client.InitiateLoginUri = "https://shop.example/start?x=1");
        var other = await server.RegisterAsync(
            "other", client => (client.Name, client.InitiateLoginUri) = ("Webmail", "https://mail.example/start"));
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        await shop.RedeemAsync((await shop.SignInAsync(browser, ada)).Code);
        var links = await LinksAsync(browser);
        Assert.Contains("https://shop.example/start?x=1&iss=https%3A%2F%2Fsso.test", links);
        Assert.Contains("https://mail.example/start?iss=https%3A%2F%2Fsso.test", links);
        Assert.DoesNotContain(links, link => link!.Contains("login_hint", StringComparison.Ordinal));
        Assert.NotEqual(shop.Id, other.Id);
    }

    [Theory]
    [Spec("A31")]
    [InlineData("JaVaScRiPt:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("com.example.app:/x")]
    public async Task What_was_put_into_the_database_by_hand_is_no_link(string uri)
    {
        await server.RegisterAsync("shop", client => client.InitiateLoginUri = uri);
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        await Journey.SignInAsync(browser, ada, "/account");
        Assert.DoesNotContain(await LinksAsync(browser), link => link!.StartsWith(uri[..5], StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    [Spec("S120")]
    public async Task An_application_that_registered_itself_is_not_offered_to_everybody()
    {
        await server.RegisterAsync(
            "shop", client => (client.InitiateLoginUri, client.IsUnverified) = ("https://unknown.example/start", true));
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        await Journey.SignInAsync(browser, ada, "/account");
        Assert.DoesNotContain(await LinksAsync(browser), link => link!.Contains("unknown.example", StringComparison.Ordinal));
    }

    private static async Task<List<string?>> LinksAsync(Browser browser) =>
        [.. (await browser.GetAsync("/account/apps")).Document.QuerySelectorAll("main a").Select(link => link.GetAttribute("href"))];
}
