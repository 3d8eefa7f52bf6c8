using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>SQL statements and signatures of each request: the budget of docs/costs.md, counted and not timed.</summary>
public sealed class BudgetTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    public async Task Discovery_and_key_set_cost_nothing()
    {
        using var client = server.Backchannel();
        await CostsAsync("discovery", reads: 0, writes: 0, signatures: 0, () => client.GetAsync("/.well-known/openid-configuration"));
        await CostsAsync(
            "WebFinger", reads: 0, writes: 0, signatures: 0, () => client.GetAsync("/.well-known/webfinger?resource=acct:joe@sso.test"));
        await CostsAsync("key set", reads: 0, writes: 0, signatures: 0, () => client.GetAsync("/.well-known/jwks"));
    }

    [Fact]
    public async Task Authorize_with_a_session_and_nothing_to_ask_costs_one_read()
    {
        var (shop, browser, _) = await SignedInAsync();
        await CostsAsync(
            "authorize with a session, nothing to ask", reads: 1, writes: 0, signatures: 0, () => browser.GetAsync(shop.AuthorizeUrl()));
    }

    [Fact]
    public async Task A_code_costs_one_read_one_write_and_two_signatures()
    {
        var (shop, browser, _) = await SignedInAsync();
        var code = (await browser.GetAsync(shop.AuthorizeUrl(("scope", "openid offline_access")))).Code;
        await CostsAsync("token: code", reads: 1, writes: 1, signatures: 2, () => shop.RedeemAsync(code));
    }

    [Fact]
    public async Task A_refresh_costs_one_write_and_two_signatures()
    {
        var (shop, _, tokens) = await SignedInAsync();
        await CostsAsync("token: refresh", reads: 0, writes: 1, signatures: 2, () => shop.RefreshAsync(tokens.RefreshToken));
    }

    [Fact]
    public async Task Client_credentials_cost_one_signature()
    {
        var machine = await server.RegisterAsync(
            "machine", registration => (registration.GrantTypes, registration.Scopes) = ([GrantTypes.ClientCredentials], ["api"]));
        await CostsAsync(
            "token: client credentials", reads: 0, writes: 0, signatures: 1,
            () => machine.TokenAsync(("grant_type", GrantTypes.ClientCredentials)));
    }

    [Fact]
    public async Task Userinfo_costs_one_read()
    {
        var (shop, _, tokens) = await SignedInAsync();
        await CostsAsync("userinfo", reads: 1, writes: 0, signatures: 0, () => shop.UserInfoAsync(tokens.AccessToken));
    }

    [Fact]
    public async Task Introspection_costs_one_read_and_of_client_credentials_none()
    {
        var (shop, _, tokens) = await SignedInAsync();
        await CostsAsync(
            "introspection of an access token", reads: 1, writes: 0, signatures: 0, () => shop.IntrospectAsync(tokens.AccessToken));
        await CostsAsync(
            "introspection of a refresh token", reads: 1, writes: 0, signatures: 0, () => shop.IntrospectAsync(tokens.RefreshToken));
        var machine = await server.RegisterAsync(
            "machine", registration => (registration.GrantTypes, registration.Scopes) = ([GrantTypes.ClientCredentials], ["api"]));
        var token = (await machine.TokenAsync(("grant_type", GrantTypes.ClientCredentials))).AccessToken;
        await CostsAsync(
            "introspection of a client credentials token", reads: 0, writes: 0, signatures: 0, () => machine.IntrospectAsync(token));
    }

    [Fact]
    public async Task Revocation_costs_one_write()
    {
        var (shop, _, tokens) = await SignedInAsync();
        await CostsAsync("revocation", reads: 0, writes: 1, signatures: 0, () => shop.RevokeAsync(tokens.RefreshToken));
    }

    [Fact]
    public async Task A_pushed_request_costs_one_write_and_its_flow_one_read_more_and_one_write()
    {
        var (shop, browser, _) = await SignedInAsync();
        TokenAnswer pushed = null!;
        await CostsAsync("pushed authorization request", reads: 0, writes: 1, signatures: 0, async () => pushed = await shop.PushAsync());
        Page back = null!;
        var url = $"/connect/authorize?client_id={shop.Id}&request_uri={Uri.EscapeDataString(pushed.Text("request_uri")!)}";
        await CostsAsync(
            "authorize with a pushed request", reads: 2, writes: 1, signatures: 0, async () => back = await browser.GetAsync(url));
        await CostsAsync("token: code of a pushed request", reads: 2, writes: 1, signatures: 2, () => shop.RedeemAsync(back.Code));
    }

    private async Task<(RelyingParty Shop, Browser Browser, TokenAnswer Tokens)> SignedInAsync()
    {
        var shop = await server.RegisterAsync("shop");
        var browser = server.OpenBrowser();
        var customer = await (await server.AddPersonAsync("anna")).WithAppAsync();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(browser, customer, ("scope", "openid offline_access"))).Code);
        return (shop, browser, tokens);
    }

    private Task CostsAsync<T>(string name, int reads, int writes, int signatures, Func<Task<T>> request) =>
        RequestCosts.MeasureAsync(server, name, (reads, writes, signatures), request);
}
