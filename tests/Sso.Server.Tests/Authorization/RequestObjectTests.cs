using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Sso.Data.Clients;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Server.Tests.Authorization;

/// <summary>Signed request objects by value and by address, in a browser and pushed.</summary>
[Spec("RFC 9101", "6")]
[Spec("OIDC Core", "6")]
[OneDatabase]
public sealed class RequestObjectTests(SsoServerWithPeer fixture) : IClassFixture<SsoServerWithPeer>
{
    private static readonly ClientKey Key = new("PS256", "k1");

    private SsoServer Server => fixture.Server;

    private Peer Peer => fixture.Peer;

    [Theory]
    [Spec("FS19")]
    [Spec("FS20")]
    [Spec("S97")]
    [InlineData("oauth-authz-req+jwt")]
    [InlineData("JWT")]
    [InlineData(null)]
    public async Task What_is_inside_is_the_whole_request(string? type)
    {
        var (shop, ada) = await ShopAndAdaAsync();
        var signed = Key.Sign(Claims(shop, ("state", "inside"), ("nonce", "inside")), new JsonObject { ["typ"] = type });
        var url = Url(
            shop, ("request", signed), ("state", "outside"), ("nonce", "outside"),
            ("scope", "openid phone"), ("response_mode", "form_post"));
        var back = await Journey.SignInAsync(Server.OpenBrowser(), ada, url);
        Assert.Equal("inside", back.Parameter("state"));
        var tokens = await shop.RedeemAsync(back.Code);
        Assert.Equal(("inside", "email openid"), (tokens.IdToken.GetClaim("nonce").Value, tokens.Text("scope")));
    }

    [Fact]
    [Spec("FM02")]
    [Spec("OIDC Core", "6.1")]
    public async Task An_ordinary_client_need_not_say_when_it_signed_and_its_clock_may_run_ahead()
    {
        var (shop, _) = await ShopAndAdaAsync();
        var bare = Claims(shop);
        foreach (var name in (string[])["iss", "aud", "exp", "nbf", "iat"])
        {
            bare.Remove(name);
        }

        Assert.Equal("/signin", (await Server.OpenBrowser().GetAsync(Url(shop, ("request", Key.Sign(bare))))).Path);
        bare["nbf"] = Now(8);
        Assert.Equal("/signin", (await Server.OpenBrowser().GetAsync(Url(shop, ("request", Key.Sign(bare))))).Path);
    }

    [Theory]
    [Spec("S97")]
    [Spec("FM05")]
    [Spec("FM06")]
    [InlineData("exp", -1L)]
    [InlineData("nbf", 20L)]
    [InlineData("exp", "soon")]
    [InlineData("aud", "https://other.example")]
    [InlineData("iss", "somebody")]
    [InlineData("client_id", "somebody")]
    [InlineData("sub", "the client itself")]
    [InlineData("request", "eyJ")]
    [InlineData("request_uri", "https://shop.example/request")]
    [InlineData("typ", "at+jwt")]
    public async Task An_object_that_is_altered_in_one_place_is_refused(string claim, object value)
    {
        var (shop, _) = await ShopAndAdaAsync();
        var claims = Claims(shop);
        var header = new JsonObject();
        if (claim == "typ")
        {
            header["typ"] = (string)value;
        }
        else
        {
            claims[claim] = value is long seconds ? Now(seconds) : claim == "sub" ? shop.Id : (string)value;
        }

        await IsRefusedAsync(shop, Key.Sign(claims, header), "invalid_request_object");
    }

    [Fact]
    [Spec("S97")]
    [Spec("FM11")]
    public async Task A_broken_signature_or_the_key_of_another_is_refused()
    {
        var (shop, _) = await ShopAndAdaAsync();
        var signed = Key.Sign(Claims(shop));
        var middle = signed.Split('.')[2].Length / 2;
        var at = signed.Length - middle;
        await IsRefusedAsync(shop, signed[..at] + (signed[at] == 'A' ? 'B' : 'A') + signed[(at + 1)..], "invalid_request_object");
        await IsRefusedAsync(shop, new ClientKey("PS256", "k1").Sign(Claims(shop)), "invalid_request_object");
        await IsRefusedAsync(shop, "not.a.jwt", "invalid_request_object");
    }

    [Fact]
    public async Task An_algorithm_other_than_the_registered_one_is_refused()
    {
        var any = new ClientKey("RS256", "k1");
        var jwks = JsonNode.Parse(ClientKey.SetOf(any))!;
        jwks["keys"]![0]!.AsObject().Remove("alg");
        var (shop, _) = await ShopAndAdaAsync(
            client => (client.Jwks, client.RequestObjectSigningAlgorithm) = (jwks.ToJsonString(), "PS256"));
        await IsRefusedAsync(shop, any.Sign(Claims(shop)), "invalid_request_object");
        var (other, _) = await ShopAndAdaAsync();
        await IsRefusedAsync(other, any.Sign(Claims(other)), "invalid_request_object");
    }

    [Fact]
    [Spec("S97")]
    [Spec("BA34")]
    [Spec("FM10")]
    public async Task An_unsigned_object_by_value_is_not_supported()
    {
        var (shop, _) = await ShopAndAdaAsync();
        var unsigned = Unsigned(Claims(shop));
        var answer = await Server.OpenBrowser().GetAsync(Url(shop, ("request", unsigned)));
        Assert.Equal("request_not_supported", answer.Error);
        Assert.Equal("invalid_request_object", (await shop.PostAsync("/connect/par", ("request", unsigned))).Error);
    }

    [Fact]
    [Spec("BA33")]
    [Spec("DY19")]
    public async Task An_unsigned_object_by_address_is_not_supported()
    {
        var (shop, _, path) = await ShopWithAddressAsync();
        Peer.Publish(path, () => Unsigned(Claims(shop)), "application/oauth-authz-req+jwt");
        var answer = await Server.OpenBrowser().GetAsync(Url(shop, ("request_uri", Peer.At(path) + "#fragment")));
        Assert.Equal("request_uri_not_supported", answer.Error);
    }

    [Fact]
    [Spec("RFC 9101", "5.2")]
    public async Task An_object_is_fetched_from_a_registered_address_without_its_fragment_and_from_no_other()
    {
        var (shop, ada, path) = await ShopWithAddressAsync();
        Peer.Publish(path, () => Key.Sign(Claims(shop, ("state", "fetched"))), "application/oauth-authz-req+jwt");
        Peer.Publish(path + "2", () => Key.Sign(Claims(shop)), "application/oauth-authz-req+jwt");
        var back = await Journey.SignInAsync(Server.OpenBrowser(), ada, Url(shop, ("request_uri", Peer.At(path) + "#1")));
        Assert.Equal("fetched", back.Parameter("state"));
        Assert.NotNull((await shop.RedeemAsync(back.Code)).AccessToken);

        Assert.Equal(
            "invalid_request_uri", (await Server.OpenBrowser().GetAsync(Url(shop, ("request_uri", Peer.At(path + "2").ToString())))).Error);
        Assert.DoesNotContain(Peer.Requests, request => request.Path == path + "2");
    }

    [Fact]
    [Spec("S97")]
    public async Task By_value_and_by_address_at_once_is_refused()
    {
        var (shop, _, path) = await ShopWithAddressAsync();
        var answer = await Server.OpenBrowser()
            .GetAsync(Url(shop, ("request", Key.Sign(Claims(shop))), ("request_uri", Peer.At(path).ToString())));
        Assert.Equal("invalid_request", answer.Error);
        var pushed = await shop.PushAsync();
        answer = await Server.OpenBrowser()
            .GetAsync(Url(shop, ("request", Key.Sign(Claims(shop))), ("request_uri", pushed.Text("request_uri"))));
        Assert.Equal("invalid_request", answer.Error);
    }

    [Fact]
    [Spec("RFC 9126", "3")]
    public async Task An_object_may_be_pushed()
    {
        var (shop, ada) = await ShopAndAdaAsync();
        var pushed = await shop.PostAsync(
            "/connect/par", ("request", Key.Sign(Claims(shop, ("state", "inside")))), ("state", "outside"), ("scope", "openid phone"));
        var back = await Journey.SignInAsync(
            Server.OpenBrowser(), ada,
            $"/connect/authorize?client_id={shop.Id}&request_uri={Uri.EscapeDataString(pushed.Text("request_uri")!)}");
        Assert.Equal("inside", back.Parameter("state"));
        Assert.Equal("email openid", (await shop.RedeemAsync(back.Code)).Text("scope"));
    }

    [Fact]
    [Spec("FM13")]
    [Spec("RFC 9101", "10.5")]
    public async Task A_client_that_must_sign_is_refused_without_wherever_it_asks()
    {
        var (strict, ada) = await StrictAndAdaAsync();
        Assert.Equal("invalid_request", (await strict.PushAsync()).Error);
        Assert.Equal("invalid_request", (await Server.OpenBrowser().GetAsync(strict.AuthorizeUrl())).Error);
        var pushed = await strict.PostAsync("/connect/par", ("request", Key.Sign(Claims(strict))));
        var back = await Journey.SignInAsync(
            Server.OpenBrowser(), ada,
            $"/connect/authorize?client_id={strict.Id}&request_uri={Uri.EscapeDataString(pushed.Text("request_uri")!)}");
        Assert.NotNull((await strict.RedeemAsync(back.Code)).AccessToken);
    }

    [Theory]
    [Spec("FM03")]
    [Spec("FM04")]
    [Spec("FM07")]
    [InlineData("exp", null)]
    [InlineData("nbf", null)]
    [InlineData("aud", null)]
    [InlineData("iss", null)]
    [InlineData("exp", 70 * 60)]
    [InlineData("nbf", -70 * 60)]
    public async Task A_client_that_must_sign_says_for_whom_and_for_how_long(string claim, int? seconds)
    {
        var (strict, _) = await StrictAndAdaAsync();
        var claims = Claims(strict);
        claims.Remove(claim);
        if (seconds is { } offset)
        {
            claims[claim] = Now(offset);
        }

        Assert.Equal("invalid_request_object", (await strict.PostAsync("/connect/par", ("request", Key.Sign(claims)))).Error);
        await IsRefusedAsync(strict, Key.Sign(claims), "invalid_request_object");
    }

    [Fact]
    [Spec("FM02")]
    public async Task A_client_that_must_sign_may_have_a_clock_that_runs_ahead()
    {
        var (strict, _) = await StrictAndAdaAsync();
        var claims = Claims(strict);
        claims["nbf"] = Now(8);
        Assert.Null((await strict.PostAsync("/connect/par", ("request", Key.Sign(claims)))).Error);
    }

    [Fact]
    public async Task A_long_request_is_kept_so_that_handle_and_code_stay_short()
    {
        var (shop, ada) = await ShopAndAdaAsync();
        var claims = Claims(shop);
        claims["claims"] = new JsonObject { ["userinfo"] = new JsonObject { ["name"] = null, [Noise(3000)] = null } };
        claims["max_age"] = 3600;
        var browser = Server.OpenBrowser();
        var page = await browser.GetAsync(Url(shop, ("request", Key.Sign(claims))));
        Assert.InRange(page.Url.ToString().Length, 1, 700);
        page = await Journey.AppAsync(browser, await Journey.PasswordAsync(browser, page, ada), ada);
        Assert.InRange(page.Code!.Length, 1, 700);
        Assert.Equal(
            "Ada", (await shop.UserInfoAsync((await shop.RedeemAsync(page.Code)).AccessToken)).Body.GetProperty("name").GetString());
    }

    [Fact]
    public async Task An_error_of_what_is_inside_goes_where_the_inside_says()
    {
        var (shop, _) = await ShopAndAdaAsync();
        var signed = Key.Sign(Claims(shop, ("prompt", "none"), ("response_mode", "fragment")));
        var answer = await Server.OpenBrowser().GetAsync(Url(shop, ("request", signed), ("response_mode", "query")));
        Assert.Equal(("login_required", ""), (answer.Error, answer.Url.Query));
    }

    [Fact]
    [Spec("XP08")]
    [Spec("FJ02")]
    public async Task Discovery_says_what_is_taken_and_none_is_not_among_it()
    {
        using var client = Server.Backchannel();
        var document = System.Text.Json.JsonDocument.Parse(await client.GetStringAsync("/.well-known/openid-configuration")).RootElement;
        var algorithms = document.GetProperty("request_object_signing_alg_values_supported")
            .EnumerateArray().Select(name => name.GetString()).ToList();
        Assert.Contains("PS256", algorithms);
        Assert.DoesNotContain("none", algorithms);
        foreach (var name in (string[])
        [
            "request_parameter_supported", "request_uri_parameter_supported", "require_request_uri_registration",
        ])
        {
            Assert.True(document.GetProperty(name).GetBoolean(), name);
        }
    }

    private async Task IsRefusedAsync(RelyingParty client, string signed, string error)
    {
        var answer = await Server.OpenBrowser()
            .GetAsync(Url(client, ("request", signed), ("redirect_uri", client.RedirectUri), ("state", "outside")));
        Assert.Equal((error, "outside"), (answer.Error, answer.Parameter("state")));
        // Without a place of the client outside, nobody is redirected.
        Assert.Equal("/error", (await Server.OpenBrowser().GetAsync($"/connect/authorize?client_id={client.Id}&request={signed}")).Path);
    }

    /// <summary>What OIDC Core §6.1 wants outside as well, and further parameters.</summary>
    private static string Url(RelyingParty client, params (string Name, string? Value)[] more)
    {
        var parameters = new Dictionary<string, string?>
        {
            ["client_id"] = client.Id,
            ["response_type"] = "code",
            ["scope"] = "openid",
            ["redirect_uri"] = client.RedirectUri,
        };
        foreach (var (name, value) in more)
        {
            parameters[name] = value;
        }

        return QueryHelpers.AddQueryString("/connect/authorize", parameters);
    }

    private long Now(long offset) => Server.Clock.GetUtcNow().ToUnixTimeSeconds() + offset;

    private JsonObject Claims(RelyingParty client, params (string Name, string Value)[] more)
    {
        var claims = new JsonObject
        {
            ["iss"] = client.Id,
            ["aud"] = new JsonArray(SsoServer.Issuer),
            ["iat"] = Now(0),
            ["nbf"] = Now(0),
            ["exp"] = Now(300),
            ["client_id"] = client.Id,
            ["redirect_uri"] = client.RedirectUri,
            ["response_type"] = "code",
            ["scope"] = "openid email",
            ["code_challenge"] = client.Challenge,
            ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in more)
        {
            claims[name] = value;
        }

        return claims;
    }

    private static string Unsigned(JsonObject claims)
    {
        static string Part(JsonNode node) =>
            System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(node.ToJsonString()));
        return $"{Part(new JsonObject { ["alg"] = "none" })}.{Part(claims)}.";
    }

    private static string Noise(int bytes) =>
        Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(bytes / 2));

    private Task<(RelyingParty Strict, Customer Ada)> StrictAndAdaAsync() =>
        ShopAndAdaAsync(client => (client.Jwks, client.RequiresSignedRequests) = (ClientKey.SetOf(Key), true));

    private async Task<(RelyingParty Shop, Customer Ada, string Path)> ShopWithAddressAsync()
    {
        var path = $"/objects/{Noise(8)}";
        var (shop, ada) = await ShopAndAdaAsync(
            client => (client.Jwks, client.RequestUris) = (ClientKey.SetOf(Key), [Peer.At(path).ToString()]));
        return (shop, ada, path);
    }

    private async Task<(RelyingParty Shop, Customer Ada)> ShopAndAdaAsync(Action<ClientRegistration>? change = null)
    {
        var shop = await Server.RegisterAsync("shop", change ?? (client => client.Jwks = ClientKey.SetOf(Key)));
        await Server.PassAsync(TimeSpan.FromSeconds(1));
        return (shop, await (await Server.AddPersonAsync("ada", person => person.Name = "Ada")).WithAppAsync());
    }
}
