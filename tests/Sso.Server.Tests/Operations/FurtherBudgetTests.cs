using System.Net;
using Sso.Data.Clients;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Server.Tests.Registration;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>The same budget for what fewer applications use, and for what is signed, bound to a key or answered elsewhere.</summary>
public sealed class FurtherBudgetTests(OpenRegistration open) : IClassFixture<OpenRegistration>
{
    private SsoServer Server => open.Server;

    [Fact]
    public async Task A_device_costs_a_row_a_poll_and_its_tokens()
    {
        var tv = await Server.RegisterAsync("tv", client =>
        {
            client.AuthenticationMethod = ClientAuthenticationMethod.None;
            client.RedirectUris = [];
            client.GrantTypes = [GrantTypes.DeviceCode, GrantTypes.RefreshToken];
        });
        TokenAnswer asked = null!;
        await CostsAsync("device authorization request", reads: 1, writes: 3, signatures: 0, async () => asked = await tv.AskDeviceAsync());
        await CostsAsync("token: device code, not answered yet", reads: 1, writes: 1, signatures: 0, () => tv.PollAsync(asked));
        var (_, browser, _) = await SignedInAsync();
        await browser.SubmitAsync(
            await browser.SubmitAsync(await browser.GetAsync("/device"), ("Input.UserCode", asked.Text("user_code")!)));
        await Server.PassAsync(TimeSpan.FromSeconds(6));
        await CostsAsync("token: device code", reads: 2, writes: 2, signatures: 2, () => AnsweredAsync(() => tv.PollAsync(asked)));
    }

    [Fact]
    public async Task Asking_somebody_elsewhere_costs_the_same()
    {
        var bank = await Server.RegisterAsync("bank", client => client.GrantTypes = [GrantTypes.Ciba]);
        var (_, browser, customer) = await SignedInAsync();
        TokenAnswer asked = null!;
        await CostsAsync(
            "backchannel authentication request", reads: 3, writes: 6, signatures: 0,
            async () => asked = await bank.AskPersonAsync(customer.UserName));
        await CostsAsync("token: CIBA, not answered yet", reads: 1, writes: 1, signatures: 0, () => bank.PollPersonAsync(asked));
        var list = await browser.GetAsync("/account/requests");
        var answer = await browser.SubmitAsync(list, ("id", list.Document.QuerySelector("main [name=id]")!.GetAttribute("value")!));
        Assert.Equal("/account/requests/answer", answer.Path);
        await browser.SubmitAsync(answer);
        await Server.PassAsync(TimeSpan.FromSeconds(6));
        await CostsAsync("token: CIBA", reads: 2, writes: 2, signatures: 2, () => AnsweredAsync(() => bank.PollPersonAsync(asked)));
    }

    [Fact]
    public async Task An_exchange_costs_one_read_and_one_signature()
    {
        var stock = await Server.RegisterAsync("stock", client => client.GrantTypes = [GrantTypes.ClientCredentials]);
        var orders = await Server.RegisterAsync("orders", client =>
        {
            client.GrantTypes = [GrantTypes.ClientCredentials, GrantTypes.TokenExchange];
            client.Scopes = ["stock"];
            client.ExchangeTargets = ["https://api.example/stock"];
        });
        await Server.AddResourceAsync("https://api.example/orders", orders.Id, "orders");
        await Server.AddResourceAsync("https://api.example/stock", stock.Id, "stock");
        var (shop, browser, _) = await SignedInAsync(client => client.Scopes = [.. client.Scopes, "orders", "stock"]);
        var tokens = await shop.RedeemAsync((await browser.GetAsync(shop.AuthorizeUrl(("scope", "openid orders stock")))).Code);
        await CostsAsync(
            "token: exchange", reads: 1, writes: 0, signatures: 1, () => AnsweredAsync(() => orders.ExchangeAsync(tokens.AccessToken)));
    }

    /// <summary>It is told to the operator of the client that it names, as often as any other refusal.</summary>
    [Fact]
    public async Task A_method_that_is_not_taken_costs_the_limits_of_the_record_and_the_record()
    {
        var shop = await Server.RegisterAsync("shop");
        using var http = Server.Backchannel();
        // The first of an hour makes the rows of the limits.
        await http.GetAsync($"/connect/token?client_id={shop.Id}");
        await CostsAsync(
            "method not taken, naming a client", reads: 0, writes: 4, signatures: 0,
            () => http.GetAsync($"/connect/token?client_id={shop.Id}"));
        await CostsAsync(
            "method not taken, naming nobody", reads: 0, writes: 0, signatures: 0, () => http.GetAsync("/connect/token"));
    }

    [Fact]
    public async Task A_proof_costs_one_write_and_an_assertion_another()
    {
        var key = new ClientKey("ES256");
        var machine = await Server.RegisterAsync("machine", Machine);
        machine.ProofKey = key;
        await CostsAsync(
            "token: client credentials with DPoP", reads: 0, writes: 1, signatures: 1,
            () => AnsweredAsync(() => machine.TokenAsync(("grant_type", GrantTypes.ClientCredentials))));
        var (shop, browser, _) = await SignedInAsync();
        shop.ProofKey = key;
        var tokens = await shop.RedeemAsync((await browser.GetAsync(shop.AuthorizeUrl())).Code);
        await CostsAsync("userinfo with DPoP", reads: 1, writes: 1, signatures: 0, () => shop.UserInfoAsync(tokens.AccessToken));
        var signer = (await Server.RegisterAsync("signer", client =>
        {
            Machine(client);
            client.AuthenticationMethod = ClientAuthenticationMethod.PrivateKeyJwt;
            client.Jwks = ClientKey.SetOf(key);
        })).With(key);
        await CostsAsync(
            "token: client credentials with private_key_jwt", reads: 0, writes: 1, signatures: 1,
            () => AnsweredAsync(() => signer.TokenAsync(("grant_type", GrantTypes.ClientCredentials))));
    }

    [Fact]
    public async Task What_is_signed_costs_one_signature_more()
    {
        var (shop, browser, _) = await SignedInAsync(client => client.UserInfoSigningAlgorithm = SigningAlgorithms.ES256);
        await CostsAsync(
            "authorize with a signed answer", reads: 1, writes: 0, signatures: 1,
            () => browser.GetAsync(shop.AuthorizeUrl(("response_mode", "jwt"))));
        var tokens = await shop.RedeemAsync((await browser.GetAsync(shop.AuthorizeUrl())).Code);
        await CostsAsync("signed userinfo", reads: 1, writes: 0, signatures: 1, async () =>
        {
            using var client = Server.Backchannel();
            client.DefaultRequestHeaders.Authorization = new("Bearer", tokens.AccessToken);
            return await client.GetStringAsync("/connect/userinfo");
        });
        await CostsAsync("signed introspection", reads: 1, writes: 0, signatures: 1, async () =>
        {
            using var answer = await shop.SendAsync(
                "/connect/introspect", "application/token-introspection+jwt", ("token", tokens.AccessToken));
            return answer.EnsureSuccessStatusCode();
        });
    }

    [Fact]
    public async Task A_signed_request_costs_no_more_than_a_plain_one()
    {
        var key = new ClientKey("ES256");
        var (shop, browser, _) = await SignedInAsync(client => client.Jwks = ClientKey.SetOf(key));
        var request = key.Sign(new()
        {
            ["client_id"] = shop.Id,
            ["redirect_uri"] = shop.RedirectUri,
            ["response_type"] = "code",
            ["scope"] = "openid",
            ["code_challenge"] = shop.Challenge,
            ["code_challenge_method"] = "S256",
        });
        var url = $"/connect/authorize?client_id={shop.Id}&request={request}";
        await CostsAsync("authorize with a signed request", reads: 1, writes: 0, signatures: 0, () => browser.GetAsync(url));
    }

    [Fact]
    public async Task Probes_cost_nothing_because_they_tell_what_the_poll_of_the_second_found()
    {
        using var client = Server.Backchannel();
        await CostsAsync("probe of life", reads: 0, writes: 0, signatures: 0, () => client.GetAsync("/health/live"));
        await CostsAsync("probe of readiness", reads: 0, writes: 0, signatures: 0, () => client.GetAsync("/health/ready"));
    }

    [Fact]
    public async Task A_sign_out_ends_the_session_and_what_hangs_on_it()
    {
        var (shop, browser, _) = await SignedInAsync();
        var tokens = await shop.RedeemAsync((await browser.GetAsync(shop.AuthorizeUrl())).Code);
        await CostsAsync(
            "sign-out by the application", reads: 5, writes: 3, signatures: 0,
            () => browser.GetAsync("/connect/logout?id_token_hint=" + tokens.Text("id_token")));
    }

    [Fact]
    public async Task A_registration_is_written_and_read_back()
    {
        var token = await open.TokenAsync();
        JsonAnswer registered = null!;
        await CostsAsync(
            "registration", reads: 4, writes: 3, signatures: 0,
            async () => registered = await open.RegisterAsync(OpenRegistration.Metadata(), token));
        var (url, own) = (registered.Text("registration_client_uri")!, registered.Text("registration_access_token"));
        await CostsAsync("registration, read", reads: 1, writes: 0, signatures: 0, () => open.SendAsync(HttpMethod.Get, url, own));
        var again = OpenRegistration.Metadata(("client_id", registered.Text("client_id")), ("client_name", "Shop of today"));
        await CostsAsync(
            "registration, changed", reads: 6, writes: 4, signatures: 0, () => open.SendAsync(HttpMethod.Put, url, own, again));
        await CostsAsync("registration, deleted", reads: 4, writes: 7, signatures: 0, () => open.SendAsync(HttpMethod.Delete, url, own));
    }

    [Fact]
    public async Task The_page_of_an_error_costs_nothing()
    {
        using var client = Server.Backchannel();
        await CostsAsync("page of an error", reads: 0, writes: 0, signatures: 0, () => client.GetStringAsync("/errors"));
    }

    [Fact]
    public void The_documented_table_holds_what_is_measured_and_nothing_else() =>
        Assert.Equal(RequestCosts.Documented().Keys.Order(StringComparer.Ordinal), RequestCosts.Measured().Order(StringComparer.Ordinal));

    private static void Machine(ClientRegistration client) =>
        (client.GrantTypes, client.Scopes) = ([GrantTypes.ClientCredentials], ["api"]);

    private static async Task<TokenAnswer> AnsweredAsync(Func<Task<TokenAnswer>> request)
    {
        var answer = await request();
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Error);
        return answer;
    }

    private async Task<(RelyingParty Shop, Browser Browser, Customer Customer)> SignedInAsync(Action<ClientRegistration>? change = null)
    {
        var shop = await Server.RegisterAsync("shop", change);
        var browser = Server.OpenBrowser();
        var customer = await (await Server.AddPersonAsync("anna")).WithAppAsync();
        await shop.SignInAsync(browser, customer);
        await Journey.SignInAsync(browser, customer, "/account");
        return (shop, browser, customer);
    }

    private Task CostsAsync<T>(string name, int reads, int writes, int signatures, Func<Task<T>> request) =>
        RequestCosts.MeasureAsync(Server, name, (reads, writes, signatures), request);
}
