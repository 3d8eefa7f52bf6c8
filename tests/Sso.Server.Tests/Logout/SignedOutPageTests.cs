using Microsoft.AspNetCore.WebUtilities;
using Sso.Data.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Logout;

/// <summary>The page after a sign-out names every application of the session that could not be told, and no other.</summary>
[OneDatabase]
public sealed class SignedOutPageTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string GoBack = "https://shop.example/signed-out";
    private const string Open = "Non possiamo avvisarla: esci anche da lì.";

    [Fact]
    public async Task Applications_without_an_address_are_named_those_with_one_and_those_of_other_sessions_are_not()
    {
        var browser = server.OpenBrowser();
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var tokens = await UseAsync(browser, ada, "mail", _ => { });
        await UseAsync(browser, ada, "frame", client => client.FrontchannelLogoutUri = "https://frame.example/out");
        await UseAsync(browser, ada, "back", client => client.BackchannelLogoutUri = "https://back.example/out");
        await UseAsync(browser, ada, "old", client => client.FrontchannelLogoutUri = "javascript:alert(1)");
        await UseAsync(server.OpenBrowser(), await (await server.AddPersonAsync("bo")).WithAppAsync(), "elsewhere", _ => { });
        await server.RegisterAsync("unused");

        var page = await browser.GetAsync(LogoutUrl(tokens));

        Assert.Equal(["mail", "old"], Named(page));
        Assert.Contains("può essere ancora aperta", page.Document.QuerySelector(".title")!.TextContent, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(GoBack, false)]
    [InlineData("https://shop.example/signed", true)]
    [InlineData("https://shop.example/", true)]
    public async Task The_one_that_asked_hears_of_it_by_the_way_back_and_a_neighbour_whose_address_begins_alike_does_not(
        string own, bool isNamed)
    {
        var browser = server.OpenBrowser();
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var tokens = await UseAsync(browser, ada, "asks", client => client.PostLogoutRedirectUris = [GoBack]);
        await UseAsync(browser, ada, "neighbour", client => client.PostLogoutRedirectUris = [own]);
        await UseAsync(browser, ada, "frame", client => client.FrontchannelLogoutUri = "https://frame.example/out");

        var page = await browser.GetAsync(LogoutUrl(tokens, ("post_logout_redirect_uri", GoBack), ("state", "s1")));

        Assert.Equal("/signedout", page.Path);
        Assert.Equal(isNamed ? ["neighbour"] : [], Named(page));
    }

    [Fact]
    public async Task Where_every_application_could_be_told_nothing_is_said_to_be_open()
    {
        var browser = server.OpenBrowser();
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var tokens = await UseAsync(browser, ada, "frame", client => client.FrontchannelLogoutUri = "https://frame.example/out");

        var page = await browser.GetAsync(LogoutUrl(tokens));

        Assert.Empty(Named(page));
        Assert.DoesNotContain("può essere ancora aperta", page.Text, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The names are told apart by a number that the server of the tests appends.</summary>
    private static IEnumerable<string> Named(Page page) => page.Document.QuerySelectorAll("dl > div")
        .Where(row => row.QuerySelector("dd")!.TextContent == Open)
        .Select(row => row.QuerySelector("dt")!.TextContent.TrimEnd([.. "0123456789"]));

    private static string LogoutUrl(TokenAnswer tokens, params (string Name, string? Value)[] parameters) => QueryHelpers.AddQueryString(
        "/connect/logout",
        parameters.Append(("id_token_hint", tokens.Text("id_token"))).ToDictionary(pair => pair.Item1, pair => pair.Item2));

    private async Task<TokenAnswer> UseAsync(Browser browser, Customer customer, string name, Action<ClientRegistration> change)
    {
        var client = await server.RegisterAsync(name, change);
        return await client.RedeemAsync((await client.SignInAsync(browser, customer)).Code);
    }
}
