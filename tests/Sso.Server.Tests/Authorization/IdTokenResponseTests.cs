using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using Sso.Data.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Authorization;

/// <summary>A server that offers the response types with an ID token.</summary>
public sealed class ServerWithIdTokenResponses : IAsyncLifetime
{
    public SsoServer Server { get; } = new() { Settings = { "--Authorization:IdTokenResponses=true" } };

    public ValueTask InitializeAsync() => Server.InitializeAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

[Spec("OIDC Core", "3.2")]
[Spec("OIDC Core", "3.3")]
[OneDatabase]
public sealed class IdTokenResponseTests(ServerWithIdTokenResponses fixture) : IClassFixture<ServerWithIdTokenResponses>
{
    private readonly SsoServer server = fixture.Server;

    [Fact]
    [Spec("OIDC Core", "3.3.2.11")]
    public async Task The_hybrid_answer_has_an_id_token_that_is_tied_to_its_code()
    {
        var (shop, ada) = await ShopAndAdaAsync();
        var answer = await shop.SignInAsync(server.OpenBrowser(), ada, ("response_type", "code id_token"));
        Assert.Equal("", answer.Url.Query);
        Assert.Equal(("state-1", SsoServer.Issuer), (answer.Parameter("state"), answer.Parameter("iss")));

        var front = new JsonWebToken(answer.Parameter("id_token"));
        Assert.Equal(HalfHash(answer.Code!), front.GetClaim("c_hash").Value);
        Assert.Equal("nonce-1", front.GetClaim("nonce").Value);
        var tokens = await shop.RedeemAsync(answer.Code);
        Assert.Equal((ada.Subject, front.Subject), (tokens.IdToken.Subject, tokens.IdToken.Subject));
        Assert.False(tokens.IdToken.TryGetClaim("c_hash", out _));
        Assert.Equal("invalid_grant", (await shop.RedeemAsync(answer.Code)).Error);
    }

    [Fact]
    [Spec("Back-Channel Logout", "2.5")]
    [Spec("BL02")]
    public async Task Who_got_an_id_token_beside_a_code_hears_of_the_sign_out_though_the_code_was_never_redeemed()
    {
        var (shop, ada) = await ShopAndAdaAsync(client => client.BackchannelLogoutUri = "https://shop.example/out");
        var browser = server.OpenBrowser();
        var answer = await shop.SignInAsync(browser, ada, ("response_type", "code id_token"));
        await browser.GetAsync($"/connect/logout?id_token_hint={answer.Parameter("id_token")}");
        await using var database = server.OpenDatabase();
        Assert.Equal(1, await database.LogoutNotices.CountAsync(notice => notice.ClientId == shop.Id && notice.PersonId == ada.Id));
    }

    [Fact]
    [Spec("OIDC Core", "5.4")]
    public async Task Without_a_code_the_id_token_tells_what_the_scopes_bring_and_the_grant_is_recorded()
    {
        var (shop, ada) = await ShopAndAdaAsync();
        var answer = await shop.SignInAsync(
            server.OpenBrowser(), ada, ("response_type", "id_token"), ("code_challenge", null), ("code_challenge_method", null));
        Assert.Null(answer.Code);
        var token = new JsonWebToken(answer.Parameter("id_token"));
        Assert.Equal((ada.Subject, ada.Email, shop.Id), (token.Subject, token.GetClaim("email").Value, token.Audiences.Single()));
        Assert.False(token.TryGetClaim("c_hash", out _));
        await using var database = server.OpenDatabase();
        Assert.Equal(1, await database.Grants.CountAsync(grant => grant.ClientId == shop.Id && grant.PersonId == ada.Id));
    }

    [Fact]
    public async Task The_order_of_the_words_does_not_matter_and_form_post_works()
    {
        var (shop, ada) = await ShopAndAdaAsync();
        var browser = server.OpenBrowser();
        await shop.SignInAsync(browser, ada);
        var form = (await browser.GetAsync(shop.AuthorizeUrl(("response_type", "id_token code"), ("response_mode", "form_post"))))
            .Document.Forms.Single();
        Assert.NotNull(form.QuerySelector("[name=code]"));
        Assert.NotNull(form.QuerySelector("[name=id_token]"));
    }

    [Fact]
    [Spec("JARM", "2.3.4")]
    public async Task The_signed_form_stands_in_the_fragment()
    {
        var (shop, ada) = await ShopAndAdaAsync();
        var answer = await shop.SignInAsync(server.OpenBrowser(), ada, ("response_type", "code id_token"), ("response_mode", "jwt"));
        Assert.Equal("", answer.Url.Query);
        Assert.NotEmpty(new JsonWebToken(answer.Parameter("response")).GetClaim("id_token").Value);
    }

    [Theory]
    [Spec("PY18")]
    [InlineData("id_token", "nonce", null)]
    [InlineData("code id_token", "nonce", null)]
    [InlineData("code id_token", "response_mode", "query")]
    [InlineData("code id_token", "response_mode", "query.jwt")]
    [InlineData("code id_token", "code_challenge", null)]
    public async Task A_request_without_nonce_or_for_the_query_is_refused(string type, string parameter, string? value)
    {
        var (shop, _) = await ShopAndAdaAsync();
        var answer = await server.OpenBrowser().GetAsync(shop.AuthorizeUrl(("response_type", type), (parameter, value)));
        Assert.Equal("", answer.Url.Query);
        var error = value == "query.jwt" ? new JsonWebToken(answer.Parameter("response")).GetClaim("error").Value : answer.Error;
        Assert.Equal("invalid_request", error);
    }

    [Theory]
    [Spec("S92")]
    [Spec("FS29")]
    [InlineData("token")]
    [InlineData("id_token token")]
    [InlineData("code token")]
    [InlineData("code id_token token")]
    [InlineData("none")]
    [InlineData("code code")]
    public async Task An_access_token_never_comes_through_the_browser(string type)
    {
        var (shop, ada) = await ShopAndAdaAsync();
        var browser = server.OpenBrowser();
        await shop.SignInAsync(browser, ada);
        Assert.Equal("unsupported_response_type", (await browser.GetAsync(shop.AuthorizeUrl(("response_type", type)))).Error);
        Assert.Equal("unsupported_response_type", (await shop.PushAsync(("response_type", type))).Error);
    }

    [Theory]
    [Spec("S92")]
    [Spec("FS28")]
    [InlineData("code id_token")]
    [InlineData("id_token")]
    public async Task A_client_without_the_switch_is_refused(string type)
    {
        var plain = await server.RegisterAsync("plain");
        var answer = await server.OpenBrowser().GetAsync(plain.AuthorizeUrl(("response_type", type)));
        Assert.Equal(("unsupported_response_type", ""), (answer.Error, answer.Url.Query));
        Assert.Null(answer.Code);
        Assert.Equal("unsupported_response_type", (await plain.PushAsync(("response_type", type))).Error);
    }

    [Fact]
    [Spec("S92")]
    [Spec("XP09")]
    [Spec("CF03")]
    public async Task Discovery_lists_what_the_server_is_switched_on_for()
    {
        Assert.Equal(["code", "code id_token", "id_token"], await ListOfAsync(server, "response_types_supported"));
        Assert.Contains("implicit", await ListOfAsync(server, "grant_types_supported"));
    }

    [Fact]
    [Spec("S92")]
    [Spec("XP09")]
    public async Task A_server_without_the_switch_offers_nothing_to_anybody()
    {
        await using var plain = await server.StartSecondNodeAsync();
        Assert.Equal(["code"], await ListOfAsync(plain, "response_types_supported"));
        Assert.DoesNotContain("implicit", await ListOfAsync(plain, "grant_types_supported"));
        var (shop, _) = await ShopAndAdaAsync();
        var browser = server.OpenBrowser();
        browser.MoveTo(plain);
        Assert.Equal("unsupported_response_type", (await browser.GetAsync(shop.AuthorizeUrl(("response_type", "code id_token")))).Error);
    }

    private static async Task<IEnumerable<string?>> ListOfAsync(SsoServer node, string member)
    {
        using var client = node.Backchannel();
        var document = System.Text.Json.JsonDocument.Parse(await client.GetStringAsync("/.well-known/openid-configuration")).RootElement;
        return [.. document.GetProperty(member).EnumerateArray().Select(type => type.GetString())];
    }

    private static string HalfHash(string value) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(value)).AsSpan(0, 16));

    private async Task<(RelyingParty Shop, Customer Ada)> ShopAndAdaAsync(Action<ClientRegistration>? change = null)
    {
        var shop = await server.RegisterAsync("shop", client =>
        {
            client.AllowsIdTokenResponses = true;
            change?.Invoke(client);
        });
        await server.PassAsync(TimeSpan.FromSeconds(1));
        return (shop, await (await server.AddPersonAsync("ada")).WithAppAsync());
    }
}
