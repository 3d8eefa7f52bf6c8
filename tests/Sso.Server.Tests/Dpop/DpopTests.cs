using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Sso.Data.Clients;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Dpop;

/// <summary>Tokens that are worth nothing without a key (RFC 9449).</summary>
[Spec("RFC 9449", "4.3")]
[OneDatabase]
public sealed class DpopTests(SsoServer server) : IClassFixture<SsoServer>
{
    private static readonly ClientKey Key = new("ES256");
    private static readonly ClientKey Other = new("ES256");

    [Theory]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("PS256")]
    [InlineData("RS256")]
    [Spec("RFC 9449", "5")]
    [Spec("RFC 9449", "6.1")]
    public async Task A_proof_binds_the_access_token_to_its_key(string algorithm)
    {
        var key = new ClientKey(algorithm);
        var shop = await RegisterAsync(key);
        var tokens = await SignInAsync(shop);

        Assert.Equal("DPoP", tokens.Text("token_type"));
        Assert.Equal(key.Thumbprint, Confirmation(tokens.AccessToken!));
        Assert.Equal(HttpStatusCode.OK, (await shop.UserInfoAsync(tokens.AccessToken)).Status);
        var introspected = await shop.IntrospectAsync(tokens.AccessToken);
        Assert.Equal(
            ("DPoP", key.Thumbprint),
            (introspected.Text("token_type"), introspected.Body.GetProperty("cnf").GetProperty("jkt").GetString()));
    }

    [Fact]
    public async Task Without_a_proof_tokens_are_bearer_tokens_as_before()
    {
        var shop = await RegisterAsync(proofKey: null);
        var tokens = await SignInAsync(shop);

        Assert.Equal("Bearer", tokens.Text("token_type"));
        Assert.Null(Confirmation(tokens.AccessToken!));
        shop.ProofKey = Key;
        Assert.Equal("invalid_token", (await shop.PresentAsync("DPoP", tokens.AccessToken)).Error);
    }

    [Fact]
    [Spec("S105")]
    [Spec("A47")]
    [Spec("RFC 9449", "7.2")]
    public async Task A_bound_token_is_worth_nothing_as_a_bearer_token_or_with_another_key()
    {
        var shop = await RegisterAsync(Key);
        var tokens = await SignInAsync(shop);

        var bearer = await shop.PresentAsync("Bearer", tokens.AccessToken);
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_token"), (bearer.Status, bearer.Error));
        Assert.Contains("DPoP algs=\"ES256 ES384 PS256 RS256\"", bearer.Headers!.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        shop.ProofKey = Other;
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.PresentAsync("DPoP", tokens.AccessToken)).Status);
        shop.ProofKey = null;
        var naked = await shop.PresentAsync("DPoP", tokens.AccessToken);
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_dpop_proof"), (naked.Status, naked.Error));
        Assert.StartsWith("DPoP ", naked.Headers!.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    [Spec("S105")]
    public async Task A_token_in_the_query_or_sent_twice_is_refused()
    {
        var shop = await RegisterAsync(Key);
        var tokens = await SignInAsync(shop);
        using var http = server.Backchannel();
        using var query = await http.GetAsync(QueryHelpers.AddQueryString("/connect/userinfo", "access_token", tokens.AccessToken!));
        Assert.Equal(HttpStatusCode.Unauthorized, query.StatusCode);

        using var twice = new HttpRequestMessage(
            HttpMethod.Post, "/connect/userinfo")
        { Content = new FormUrlEncodedContent([new("access_token", tokens.AccessToken!)]) };
        twice.Headers.TryAddWithoutValidation("Authorization", "DPoP " + tokens.AccessToken);
        twice.Headers.TryAddWithoutValidation("DPoP", shop.Proof("POST", "/connect/userinfo", tokens.AccessToken));
        using var both = await http.SendAsync(twice);
        Assert.Equal(HttpStatusCode.BadRequest, both.StatusCode);

        using var posted = new HttpRequestMessage(
            HttpMethod.Post, "/connect/userinfo")
        { Content = new FormUrlEncodedContent([new("access_token", tokens.AccessToken!)]) };
        posted.Headers.TryAddWithoutValidation("DPoP", shop.Proof("POST", "/connect/userinfo", tokens.AccessToken));
        using var asBearer = await http.SendAsync(posted);
        Assert.Equal(HttpStatusCode.Unauthorized, asBearer.StatusCode);
    }

    public static TheoryData<string, Func<RelyingParty, string>> BadProofs => new()
    {
        { "of another type", shop => Proof(shop, header: new JsonObject { ["typ"] = "JWT" }) },
        { "without a type", shop => Proof(shop, header: new JsonObject { ["typ"] = null }) },
        { "without a key", shop => Proof(shop, header: new JsonObject { ["jwk"] = null }) },
        { "with the key of somebody else", shop => Proof(shop, header: new JsonObject { ["jwk"] = Other.Jwk }) },
        {
            "with a private key",
            shop => Proof(shop, header: new JsonObject { ["jwk"] = With(Key.Jwk, "d", "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U") })
        },
        {
            "with a shared key",
            shop =>
                Proof(shop, header: new JsonObject { ["alg"] = "HS256", ["jwk"] = new JsonObject { ["kty"] = "oct", ["k"] = "c2VjcmV0" } })
        },
        { "unsigned", shop => Proof(shop, header: new JsonObject { ["alg"] = "none" }) },
        { "with an extension", shop => Proof(shop, header: new JsonObject { ["crit"] = new JsonArray("x"), ["x"] = 1 }) },
        { "for another method", shop => Proof(shop, claims => claims["htm"] = "GET") },
        { "for another address", shop => Proof(shop, claims => claims["htu"] = SsoServer.Issuer + "/connect/userinfo") },
        { "for another host", shop => Proof(shop, claims => claims["htu"] = "https://other.example/connect/token") },
        { "for no address", shop => Proof(shop, claims => claims.Remove("htu")) },
        { "for no method", shop => Proof(shop, claims => claims.Remove("htm")) },
        { "without a time", shop => Proof(shop, claims => claims.Remove("iat")) },
        { "61 seconds old", shop => Proof(shop, claims => claims["iat"] = claims["iat"]!.GetValue<long>() - 61) },
        { "a minute too early", shop => Proof(shop, claims => claims["iat"] = claims["iat"]!.GetValue<long>() + 61) },
        { "without a name", shop => Proof(shop, claims => claims.Remove("jti")) },
        { "two of them", shop => Proof(shop) + ", " + Proof(shop) },
        { "no proof at all", _ => "proof" },
    };

    [Theory, MemberData(nameof(BadProofs))]
    [Spec("S105")]
    public async Task A_wrong_proof_is_refused_before_anything_is_redeemed(string what, Func<RelyingParty, string> proof)
    {
        var machine = await RegisterAsync(Key, client => client.GrantTypes = ["client_credentials"]);
        machine.ProofText = proof(machine);
        var answer = await machine.TokenAsync(("grant_type", "client_credentials"));

        Assert.True(answer is { Status: HttpStatusCode.BadRequest, Error: "invalid_dpop_proof" }, $"{what}: {answer.Body}");
    }

    [Theory]
    [InlineData("https://sso.test/connect/token?x=1#y")]
    [InlineData("HTTPS://SSO.TEST/connect/token")]
    [InlineData("https://sso.test:443/connect/token")]
    public async Task The_address_of_a_proof_is_compared_without_query_and_in_normal_form(string address)
    {
        var machine = await RegisterAsync(Key, client => client.GrantTypes = ["client_credentials"]);
        machine.ProofText = Proof(machine, claims => claims["htu"] = address);

        Assert.Equal(HttpStatusCode.OK, (await machine.TokenAsync(("grant_type", "client_credentials"))).Status);
    }

    [Fact]
    [Spec("FS12")]
    public async Task A_proof_may_be_eight_seconds_early()
    {
        var machine = await RegisterAsync(Key, client => client.GrantTypes = ["client_credentials"]);
        machine.ProofText = Proof(machine, claims => claims["iat"] = claims["iat"]!.GetValue<long>() + 8);

        Assert.Equal(HttpStatusCode.OK, (await machine.TokenAsync(("grant_type", "client_credentials"))).Status);
    }

    [Fact]
    [Spec("S105")]
    [Spec("RFC 9449", "11.1")]
    public async Task A_proof_counts_once_on_all_nodes()
    {
        await using var second = await server.StartSecondNodeAsync();
        var shop = await RegisterAsync(Key, client => client.GrantTypes = ["authorization_code", "client_credentials"]);
        await second.ReloadAsync();
        var tokens = await SignInAsync(shop);
        shop.ProofText = shop.Proof("GET", "/connect/userinfo", tokens.AccessToken);

        Assert.Equal(HttpStatusCode.OK, (await shop.PresentAsync("DPoP", tokens.AccessToken)).Status);
        Assert.Equal("invalid_dpop_proof", (await shop.On(second).PresentAsync("DPoP", tokens.AccessToken)).Error);
        shop.ProofText = Proof(shop);
        Assert.Equal(HttpStatusCode.OK, (await shop.On(second).TokenAsync(("grant_type", "client_credentials"))).Status);
        Assert.Equal("invalid_dpop_proof", (await shop.TokenAsync(("grant_type", "client_credentials"))).Error);
    }

    [Fact]
    [Spec("RFC 9449", "7.1")]
    public async Task A_proof_at_a_resource_is_made_for_the_token_that_it_comes_with()
    {
        var shop = await RegisterAsync(Key);
        var (one, other) = (await SignInAsync(shop), await SignInAsync(shop));
        foreach (var proof in (string[])[shop.Proof("GET", "/connect/userinfo"), shop.Proof("GET", "/connect/userinfo", other.AccessToken)])
        {
            shop.ProofText = proof;
            Assert.Equal("invalid_dpop_proof", (await shop.PresentAsync("DPoP", one.AccessToken)).Error);
        }
    }

    [Fact]
    [Spec("FS13")]
    [Spec("FS14")]
    [Spec("FS15")]
    [Spec("FS16")]
    [Spec("FS17")]
    [Spec("FS02")]
    public async Task A_code_is_redeemed_with_the_key_that_was_announced_for_it_and_no_other()
    {
        var shop = await RegisterAsync(Key);

        Assert.Equal("invalid_dpop_proof", (await shop.PushAsync(("dpop_jkt", Other.Thumbprint))).Error);
        Assert.Equal("invalid_dpop_proof", (await shop.PushAsync(("dpop_jkt", "short"))).Error);
        foreach (var announced in (string?[])[null, Key.Thumbprint])
        {
            // By a proof at the PAR endpoint, with dpop_jkt beside it or not.
            var code = await CodeOfPushedAsync(shop, ("dpop_jkt", announced));
            Assert.Equal(HttpStatusCode.OK, (await shop.RedeemAsync(code)).Status);
            code = await CodeOfPushedAsync(shop, ("dpop_jkt", announced));
            shop.ProofKey = Other;
            Assert.Equal("invalid_grant", (await shop.RedeemAsync(code)).Error);
            shop.ProofKey = Key;
        }

        // By dpop_jkt alone, pushed or in the browser.
        shop.ProofKey = null;
        Assert.Equal("invalid_request", (await shop.PushAsync(("dpop_jkt", "short"))).Error);
        var pushed = await CodeOfPushedAsync(shop, ("dpop_jkt", Key.Thumbprint));
        Assert.Equal("invalid_grant", (await shop.RedeemAsync(pushed)).Error);
        pushed = await CodeOfPushedAsync(shop, ("dpop_jkt", Key.Thumbprint));
        shop.ProofKey = Other;
        Assert.Equal("invalid_grant", (await shop.RedeemAsync(pushed)).Error);
        shop.ProofKey = null;
        var direct = await CodeAsync(shop, ("dpop_jkt", Key.Thumbprint));
        shop.ProofKey = Other;
        Assert.Equal("invalid_grant", (await shop.RedeemAsync(direct)).Error);
        direct = await CodeAsync(shop, ("dpop_jkt", Key.Thumbprint));
        shop.ProofKey = Key;
        Assert.Equal(HttpStatusCode.OK, (await shop.RedeemAsync(direct)).Status);
    }

    [Fact]
    [Spec("RFC 9449", "5")]
    public async Task The_refresh_token_of_a_public_client_is_bound_and_that_of_another_is_not()
    {
        var spa = await RegisterAsync(Key, client => client.AuthenticationMethod = ClientAuthenticationMethod.None);
        var tokens = await SignInAsync(spa, ("scope", "openid offline_access"));
        spa.ProofKey = Other;
        Assert.Equal("invalid_grant", (await spa.RefreshAsync(tokens.RefreshToken)).Error);
        spa.ProofKey = null;
        Assert.Equal("invalid_grant", (await spa.RefreshAsync(tokens.RefreshToken)).Error);
        spa.ProofKey = Key;
        var refreshed = await spa.RefreshAsync(tokens.RefreshToken);
        Assert.Equal((HttpStatusCode.OK, "DPoP"), (refreshed.Status, refreshed.Text("token_type")));

        var shop = await RegisterAsync(Key);
        tokens = await SignInAsync(shop, ("scope", "openid offline_access"));
        shop.ProofKey = Other;
        refreshed = await shop.RefreshAsync(tokens.RefreshToken);
        Assert.Equal((HttpStatusCode.OK, Other.Thumbprint), (refreshed.Status, Confirmation(refreshed.AccessToken!)));
    }

    [Fact]
    [Spec("RFC 9449", "5.2")]
    public async Task A_client_may_be_held_to_proofs()
    {
        var shop = await RegisterAsync(proofKey: null, client => client.DpopBound = true);
        var code = await CodeAsync(shop);

        Assert.Equal("invalid_dpop_proof", (await shop.RedeemAsync(code)).Error);
        shop.ProofKey = Key;
        Assert.Equal(HttpStatusCode.OK, (await shop.RedeemAsync(code)).Status);
    }

    [Fact]
    [Spec("RFC 9449", "8")]
    [Spec("FG04")]
    public async Task A_nonce_is_offered_to_whoever_sends_a_proof_and_turns_with_time()
    {
        var shop = await RegisterAsync(Key);
        var first = await shop.PushAsync();
        Assert.NotNull(first.DpopNonce);
        shop.Nonce = first.DpopNonce;
        Assert.Equal(HttpStatusCode.Created, (await shop.PushAsync()).Status);

        await server.PassAsync(TimeSpan.FromMinutes(6));
        var late = await shop.PushAsync();
        Assert.Equal((HttpStatusCode.BadRequest, "use_dpop_nonce"), (late.Status, late.Error));
        Assert.NotEqual(shop.Nonce, late.DpopNonce);
        shop.Nonce = late.DpopNonce;
        Assert.Equal(HttpStatusCode.Created, (await shop.PushAsync()).Status);

        shop.ProofKey = null;
        Assert.Null((await shop.PushAsync()).DpopNonce);
    }

    [Fact]
    [Spec("FG04")]
    [Spec("RFC 9449", "9")]
    public async Task A_server_that_demands_nonces_says_so_once_at_every_endpoint_and_uses_nothing_up()
    {
        await using var demanding = await server.StartSecondNodeAsync("--Dpop:RequireNonce=true");
        var signing = new ClientKey("PS256");
        var shop = (await server.RegisterAsync("nonces", signing, client => client.SecondFactor = SecondFactorPolicy.None))
            .With(signing, Key);
        await demanding.ReloadAsync();
        var strict = shop.On(demanding);
        var assertion = strict.Assertion();
        var challenge = await strict.PushAsync(("client_assertion", assertion));
        Assert.Equal((HttpStatusCode.BadRequest, "use_dpop_nonce"), (challenge.Status, challenge.Error));
        strict.Nonce = Assert.IsType<string>(challenge.DpopNonce);
        // The same assertion again: only the proof is made anew.
        var pushed = await strict.PushAsync(("client_assertion", assertion));
        Assert.Equal(HttpStatusCode.Created, pushed.Status);

        var code = await CodeOfPushedAsync(strict, pushed);
        strict.Nonce = null;
        var again = await strict.RedeemAsync(code);
        Assert.Equal("use_dpop_nonce", again.Error);
        strict.Nonce = Assert.IsType<string>(again.DpopNonce);
        Assert.Matches(@"\A[!#-\[\]-~]+\z", strict.Nonce);
        var tokens = await strict.RedeemAsync(code);
        Assert.Equal(HttpStatusCode.OK, tokens.Status);
        strict.Nonce = null;
        var resource = await strict.PresentAsync("DPoP", tokens.AccessToken);
        Assert.Equal((HttpStatusCode.Unauthorized, "use_dpop_nonce"), (resource.Status, resource.Error));
        Assert.StartsWith("DPoP ", resource.Headers!.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        strict.Nonce = Assert.IsType<string>(resource.DpopNonce);
        Assert.Equal(HttpStatusCode.OK, (await strict.PresentAsync("DPoP", tokens.AccessToken)).Status);
    }

    [Fact]
    [Spec("RFC 9449", "8")]
    public async Task A_page_of_a_registered_origin_may_send_proofs_and_read_the_nonce()
    {
        await RegisterAsync(
            Key, client => (client.AuthenticationMethod, client.Origins) = (ClientAuthenticationMethod.None, ["https://spa.example"]));
        using var http = server.Backchannel();
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/connect/token");
        preflight.Headers.Add("Origin", "https://spa.example");
        using var allowed = await http.SendAsync(preflight);

        Assert.Contains("dpop", allowed.Headers.GetValues("Access-Control-Allow-Headers").Single(), StringComparison.Ordinal);
        Assert.Contains("DPoP-Nonce", allowed.Headers.GetValues("Access-Control-Expose-Headers").Single(), StringComparison.Ordinal);
    }

    [Fact]
    [Spec("RFC 9449", "5.1")]
    public async Task Metadata_lists_the_algorithms_of_proofs()
    {
        using var http = server.Backchannel();
        var document = JsonNode.Parse(await http.GetStringAsync("/.well-known/openid-configuration"))!;

        Assert.Equal(
            ["ES256", "ES384", "PS256", "RS256"],
            document["dpop_signing_alg_values_supported"]!.AsArray().Select(value => value!.GetValue<string>()));
    }

    private static string Proof(RelyingParty shop, Action<JsonObject>? change = null, JsonObject? header = null) =>
        shop.Proof("POST", "/connect/token", change: change, header: header);

    private static JsonObject With(JsonObject jwk, string name, string value)
    {
        jwk[name] = value;
        return jwk;
    }

    private static string? Confirmation(string accessToken) =>
        new JsonWebToken(accessToken).TryGetPayloadValue<System.Text.Json.JsonElement>("cnf", out var confirmation)
            ? confirmation.GetProperty("jkt").GetString()
            : null;

    private async Task<RelyingParty> RegisterAsync(ClientKey? proofKey, Action<ClientRegistration>? change = null) =>
        (await server.RegisterAsync("bound", client =>
        {
            client.SecondFactor = SecondFactorPolicy.None;
            client.Scopes = [.. client.Scopes, "offline_access"];
            change?.Invoke(client);
        })).With(key: null, proofKey);

    private async Task<TokenAnswer> SignInAsync(RelyingParty shop, params (string Name, string? Value)[] changes) =>
        await shop.RedeemAsync(await CodeAsync(shop, changes));

    private async Task<string?> CodeAsync(RelyingParty shop, params (string Name, string? Value)[] changes) =>
        (await shop.SignInAsync(server.OpenBrowser(), await server.AddPersonAsync("anna"), changes)).Code;

    private async Task<string?> CodeOfPushedAsync(RelyingParty shop, params (string Name, string? Value)[] changes) =>
        await CodeOfPushedAsync(shop, await shop.PushAsync(changes));

    private async Task<string?> CodeOfPushedAsync(RelyingParty shop, TokenAnswer pushed) => (await Journey.SignInAsync(
        server.OpenBrowser(), await server.AddPersonAsync("anna"),
        QueryHelpers.AddQueryString(
            "/connect/authorize",
            new Dictionary<string, string?> { ["client_id"] = shop.Id, ["request_uri"] = pushed.Text("request_uri") }))).Code;
}
