using System.Net;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Token;

[OneDatabase]
[Spec("RFC 8707", "2")]
public sealed class ResourceIndicatorTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string Orders = "https://orders.example";
    private const string Invoices = "https://invoices.example";

    [Fact]
    [Spec("RFC 9068", "3")]
    public async Task Without_a_wish_the_scopes_say_for_whom_the_token_is()
    {
        var (shop, code) = await CodeAsync(("scope", "openid orders.read"));
        var token = (await shop.RedeemAsync(code)).AccessToken;
        Assert.Equal([SsoServer.Issuer, Orders], Audience(token));
        Assert.Equal(HttpStatusCode.OK, (await shop.UserInfoAsync(token)).Status);
    }

    [Fact]
    public async Task A_token_for_one_resource_holds_no_scope_of_another()
    {
        var (shop, code) = await CodeAsync(("scope", "openid orders.read invoices.read"), ("resource", Orders));
        var answer = await shop.RedeemAsync(code);
        Assert.Equal([SsoServer.Issuer, Orders], Audience(answer.AccessToken));
        Assert.Equal("openid orders.read", answer.Text("scope"));
    }

    [Fact]
    [Spec("RFC 8707", "2.2")]
    public async Task A_token_request_narrows_what_was_granted_and_never_widens_it()
    {
        var (shop, code) = await CodeAsync(("scope", "openid offline_access orders.read invoices.read"), ("resource", Orders));
        var answer = await shop.RedeemAsync(code);
        Assert.Equal("invalid_target", (await shop.RefreshAsync(answer.RefreshToken, ("resource", Invoices))).Error);
        Assert.Equal(
            [SsoServer.Issuer, Orders], Audience((await shop.RefreshAsync(answer.RefreshToken, ("resource", Orders))).AccessToken));

        (shop, code) = await CodeAsync(("scope", "openid orders.read invoices.read"), ("resource", Orders));
        Assert.Equal("invalid_target", (await shop.RedeemAsync(code, ("resource", Invoices))).Error);
        Assert.Equal("invalid_grant", (await shop.RedeemAsync(code)).Error);
    }

    [Theory]
    [InlineData("https://unknown.example")]
    [InlineData("orders")]
    [InlineData(Orders + "#fragment")]
    public async Task An_unknown_resource_is_refused_to_the_client(string resource)
    {
        var shop = await ShopAsync();
        var answer = await server.OpenBrowser().GetAsync(shop.AuthorizeUrl(("resource", resource)));
        Assert.Equal("invalid_target", answer.Parameter("error"));
    }

    [Fact]
    public async Task A_client_without_a_scope_of_the_resource_is_refused()
    {
        await ShopAsync();
        var stranger = await server.RegisterAsync("stranger");
        Assert.Equal(
            "invalid_target", (await server.OpenBrowser().GetAsync(stranger.AuthorizeUrl(("resource", Orders)))).Parameter("error"));
        var machine = await server.RegisterAsync(
            "machine", client => (client.GrantTypes, client.Scopes) = (["client_credentials"], ["api"]));
        Assert.Equal("invalid_target", (await machine.TokenAsync(("grant_type", "client_credentials"), ("resource", Orders))).Error);
    }

    [Fact]
    [Spec("S107")]
    public async Task A_token_that_is_for_an_api_alone_does_not_open_userinfo()
    {
        await ShopAsync();
        var machine = await server.RegisterAsync(
            "machine", client => (client.GrantTypes, client.Scopes) = (["client_credentials"], ["orders.read"]));
        var token = (await machine.TokenAsync(("grant_type", "client_credentials"))).AccessToken;
        Assert.Equal([Orders], Audience(token));
        Assert.Equal(HttpStatusCode.Unauthorized, (await machine.UserInfoAsync(token)).Status);
    }

    private async Task<(RelyingParty Shop, string? Code)> CodeAsync(params (string Name, string? Value)[] changes)
    {
        var shop = await ShopAsync();
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        return (shop, (await shop.SignInAsync(server.OpenBrowser(), ada, changes)).Code);
    }

    private async Task<RelyingParty> ShopAsync()
    {
        await using (var database = server.OpenDatabase())
        {
            if (await database.Resources.FindAsync(Orders) is null)
            {
                await server.AddResourceAsync(Orders, clientId: null, "orders.read");
                await server.AddResourceAsync(Invoices, clientId: null, "invoices.read");
            }
        }

        return await server.RegisterAsync("shop", client => client.Scopes = [.. client.Scopes, "orders.read", "invoices.read"]);
    }

    private static List<string> Audience(string? token) => [.. new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(token).Audiences];
}
