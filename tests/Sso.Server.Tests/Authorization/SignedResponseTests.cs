using System.Net;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Authorization;

/// <summary>The response modes, and the signed ones of JARM.</summary>
[Spec("JARM", "2")]
[OneDatabase]
public sealed class SignedResponseTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Theory]
    [Spec("FJ01")]
    [Spec("S98")]
    [InlineData("jwt", SigningAlgorithms.ES256)]
    [InlineData("query.jwt", SigningAlgorithms.RS256)]
    [InlineData("jwt", SigningAlgorithms.PS256)]
    public async Task A_signed_answer_is_one_parameter_of_the_query_with_everything_inside(string mode, string algorithm)
    {
        var (shop, ada) = await ShopAndAdaAsync(algorithm);
        var answer = await shop.SignInAsync(server.OpenBrowser(), ada, ("response_mode", mode));

        Assert.Equal(["response"], Names(answer.Url.Query));
        Assert.Equal("", answer.Url.Fragment);
        var token = await ReadAsync(answer.Parameter("response")!, shop, algorithm);
        Assert.Equal("state-1", token.GetClaim("state").Value);
        var life = token.ValidTo - server.Clock.GetUtcNow().UtcDateTime;
        Assert.InRange(life, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10));
        Assert.NotNull((await shop.RedeemAsync(token.GetClaim("code").Value)).AccessToken);
    }

    [Fact]
    [Spec("JARM", "2.3.2")]
    public async Task A_signed_answer_may_stand_in_the_fragment()
    {
        var (shop, ada) = await ShopAndAdaAsync();
        var answer = await shop.SignInAsync(server.OpenBrowser(), ada, ("response_mode", "fragment.jwt"));
        Assert.Equal("", answer.Url.Query);
        Assert.Equal(["response"], Names(answer.Url.Fragment));
        Assert.NotNull((await ReadAsync(answer.Parameter("response")!, shop)).GetClaim("code").Value);
    }

    [Fact]
    [Spec("S98")]
    public async Task A_plain_answer_may_stand_in_the_fragment()
    {
        var (shop, ada) = await ShopAndAdaAsync();
        var answer = await shop.SignInAsync(server.OpenBrowser(), ada, ("response_mode", "fragment"));
        Assert.Equal("", answer.Url.Query);
        Assert.Equal(["code", "state", "iss"], Names(answer.Url.Fragment));
        Assert.Equal(SsoServer.Issuer, answer.Parameter("iss"));
    }

    [Theory]
    [Spec("A32")]
    [Spec("S60")]
    [InlineData("form_post", "state")]
    [InlineData("form_post.jwt", "response")]
    public async Task What_was_sent_to_us_comes_back_in_a_form_as_text_and_never_as_markup(string mode, string field)
    {
        const string state = "\"><script>alert(1)</script>'&#x22;";
        var (shop, ada) = await ShopAndAdaAsync();
        var browser = server.OpenBrowser();
        await shop.SignInAsync(browser, ada);
        var page = await browser.GetAsync(shop.AuthorizeUrl(("response_mode", mode), ("state", state)));
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Single(page.Document.Scripts);
        var value = page.Document.Forms.Single().QuerySelector($"[name={field}]")!.GetAttribute("value")!;
        Assert.Equal(state, mode == "form_post" ? value : (await ReadAsync(value, shop)).GetClaim("state").Value);
        Assert.DoesNotContain("<script>alert", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [Spec("FJ01")]
    [Spec("S98")]
    [Spec("A32")]
    [InlineData("jwt")]
    [InlineData("query.jwt")]
    [InlineData("fragment.jwt")]
    public async Task An_error_is_signed_too_and_mirrors_nothing_but_the_state(string mode)
    {
        var (shop, _) = await ShopAndAdaAsync();
        var answer = await server.OpenBrowser().GetAsync(shop.AuthorizeUrl(
            ("response_mode", mode), ("prompt", "none"), ("state", "<b>&x=1"),
            ("error_hint", "<i>"), ("error_uri", "https://evil.example"), ("error", "evil")));
        Assert.Equal(["response"], Names(answer.Url.Query + answer.Url.Fragment));
        var token = await ReadAsync(answer.Parameter("response")!, shop);
        Assert.StartsWith(SsoServer.Issuer + "/errors/", token.GetClaim("error_uri").Value, StringComparison.Ordinal);
        Assert.Equal(("login_required", "<b>&x=1"), (token.GetClaim("error").Value, token.GetClaim("state").Value));
        Assert.Equal(
            ["aud", "error", "error_description", "error_uri", "exp", "iat", "iss", "state"],
            token.Claims.Select(claim => claim.Type).Order(StringComparer.Ordinal));
    }

    [Theory]
    [Spec("S98")]
    [Spec("A32")]
    [InlineData("query")]
    [InlineData("fragment")]
    public async Task A_plain_error_mirrors_nothing_but_the_state_and_names_the_issuer(string mode)
    {
        var (shop, _) = await ShopAndAdaAsync();
        var answer = await server.OpenBrowser().GetAsync(shop.AuthorizeUrl(
            ("response_mode", mode), ("prompt", "none"), ("state", "a&error_uri=https://evil.example"),
            ("error_hint", "<i>"), ("error_uri", "https://evil.example")));
        Assert.Equal(
            ["error", "error_description", "error_uri", "state", "iss"], Names(mode == "query" ? answer.Url.Query : answer.Url.Fragment));
        Assert.StartsWith(SsoServer.Issuer + "/errors/", answer.Parameter("error_uri"), StringComparison.Ordinal);
        Assert.Equal(("a&error_uri=https://evil.example", SsoServer.Issuer), (answer.Parameter("state"), answer.Parameter("iss")));
    }

    [Fact]
    public async Task A_signed_answer_is_no_hint_of_a_person()
    {
        var (shop, ada) = await ShopAndAdaAsync();
        var answer = await shop.SignInAsync(server.OpenBrowser(), ada, ("response_mode", "jwt"));
        var refused = await server.OpenBrowser().GetAsync(shop.AuthorizeUrl(("id_token_hint", answer.Parameter("response"))));
        Assert.Equal("invalid_request", refused.Error);
    }

    [Fact]
    [Spec("FJ02")]
    public async Task Discovery_names_the_modes_and_the_algorithms()
    {
        using var client = server.Backchannel();
        var document = System.Text.Json.JsonDocument.Parse(await client.GetStringAsync("/.well-known/openid-configuration")).RootElement;
        var modes = document.GetProperty("response_modes_supported").EnumerateArray().Select(mode => mode.GetString());
        Assert.Equal(["query", "fragment", "form_post", "jwt", "query.jwt", "fragment.jwt", "form_post.jwt"], modes);
        Assert.Contains(
            "ES256", document.GetProperty("authorization_signing_alg_values_supported").EnumerateArray().Select(name => name.GetString()));
    }

    private static List<string> Names(string form) =>
        [.. form.TrimStart('?', '#').Split('&').Select(pair => pair.Split('=')[0])];

    private async Task<JsonWebToken> ReadAsync(string token, RelyingParty client, string algorithm = SigningAlgorithms.RS256)
    {
        using var http = server.Backchannel();
        var result = await new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = SsoServer.Issuer,
            ValidAudience = client.Id,
            ValidAlgorithms = [algorithm],
            ValidateLifetime = false,
            // By kid alone.
            TryAllIssuerSigningKeys = false,
            IssuerSigningKeys = new JsonWebKeySet(await http.GetStringAsync("/.well-known/jwks")).GetSigningKeys(),
        });
        Assert.True(result.IsValid, result.Exception?.Message);
        var read = (JsonWebToken)result.SecurityToken;
        Assert.NotEmpty(read.Kid);
        return read;
    }

    private async Task<(RelyingParty Shop, Customer Ada)> ShopAndAdaAsync(string algorithm = SigningAlgorithms.RS256)
    {
        var shop = await server.RegisterAsync("shop", client => client.AuthorizationSigningAlgorithm = algorithm);
        await server.PassAsync(TimeSpan.FromSeconds(1));
        return (shop, await (await server.AddPersonAsync("ada")).WithAppAsync());
    }
}
