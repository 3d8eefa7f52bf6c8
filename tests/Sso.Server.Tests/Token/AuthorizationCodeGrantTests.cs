using System.Net;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Token;

[Spec("RFC 6749", "4.1.3")]
[OneDatabase]
public sealed class AuthorizationCodeGrantTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    [Spec("S90")]
    [Spec("BA28")]
    public async Task A_code_works_once_and_its_replay_takes_back_what_the_first_use_gave()
    {
        var shop = await server.RegisterAsync("shop");
        var code = await CodeAsync(shop, ("scope", "openid offline_access"));

        var first = await shop.RedeemAsync(code);
        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Equal(HttpStatusCode.OK, (await shop.UserInfoAsync(first.AccessToken)).Status);

        Assert.Equal("invalid_grant", (await shop.RedeemAsync(code)).Error);
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UserInfoAsync(first.AccessToken)).Status);
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(first.RefreshToken)).Error);
    }

    [Fact]
    [Spec("S90")]
    public async Task A_code_lives_sixty_seconds()
    {
        var shop = await server.RegisterAsync("shop");
        var code = await CodeAsync(shop);
        await server.PassAsync(TimeSpan.FromSeconds(61));
        Assert.Equal("invalid_grant", (await shop.RedeemAsync(code)).Error);
    }

    [Theory]
    [Spec("S89")]
    [Spec("A21")]
    [InlineData("code_verifier", null)]
    [InlineData("code_verifier", "")]
    [InlineData("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")]
    [InlineData("redirect_uri", null)]
    [InlineData("redirect_uri", "https://shop.example/callback/")]
    public async Task A_wrong_redemption_fails_and_burns_the_code(string parameter, string? value)
    {
        var shop = await server.RegisterAsync("shop");
        var code = await CodeAsync(shop);
        Assert.Equal("invalid_grant", (await shop.RedeemAsync(code, (parameter, value))).Error);
        Assert.Equal("invalid_grant", (await shop.RedeemAsync(code)).Error);
    }

    [Fact]
    [Spec("A21")]
    public async Task The_challenge_itself_is_no_verifier()
    {
        var shop = await server.RegisterAsync("shop");
        Assert.Equal("invalid_grant", (await shop.RedeemAsync(await CodeAsync(shop), ("code_verifier", shop.Challenge))).Error);
    }

    [Fact]
    [Spec("A6")]
    [Spec("FS32")]
    public async Task A_code_of_one_client_is_worth_nothing_to_another_and_is_burnt()
    {
        var shop = await server.RegisterAsync("shop");
        var other = await server.RegisterAsync("other");
        var code = await CodeAsync(shop);
        Assert.Equal(
            "invalid_grant", (await other.RedeemAsync(code, ("redirect_uri", shop.RedirectUri), ("code_verifier", shop.Verifier))).Error);
        Assert.Equal("invalid_grant", (await shop.RedeemAsync(code)).Error);
    }

    [Fact]
    [Spec("S112")]
    public async Task A_code_changed_in_any_character_is_refused()
    {
        var shop = await server.RegisterAsync("shop");
        var code = (await CodeAsync(shop))!;
        foreach (var changed in (string[])
        [
            code[..^1], code + "A", code + "=", code[..^1] + (code[^1] == 'A' ? 'B' : 'A'), (code[0] == 'A' ? 'B' : 'A') + code[1..],
        ])
        {
            Assert.Equal("invalid_grant", (await shop.RedeemAsync(changed)).Error);
        }

        Assert.Equal(HttpStatusCode.OK, (await shop.RedeemAsync(code)).Status);
    }

    [Fact]
    [Spec("A24")]
    public async Task A_code_in_flight_dies_with_the_session()
    {
        var shop = await server.RegisterAsync("shop");
        var browser = server.OpenBrowser();
        var customer = await (await server.AddPersonAsync("anna")).WithAppAsync();
        var code = (await shop.SignInAsync(browser, customer)).Code;
        await browser.SubmitAsync(await browser.GetAsync("/signout"));
        Assert.Equal("invalid_grant", (await shop.RedeemAsync(code)).Error);
    }

    [Fact]
    [Spec("OIDC Core", "2")]
    [Spec("GE15")]
    public async Task The_id_token_tells_what_was_proved_and_for_whom()
    {
        var shop = await server.RegisterAsync("shop");
        var customer = await (await server.AddPersonAsync("anna")).WithAppAsync();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(server.OpenBrowser(), customer)).Code);

        Assert.Equal(["pwd", "otp", "mfa"], tokens.Amr);
        Assert.Equal(
            (SsoServer.Issuer, customer.Subject, shop.Id),
            (tokens.IdToken.Issuer, tokens.IdToken.Subject, tokens.IdToken.Audiences.Single()));
        Assert.Equal("nonce-1", tokens.IdToken.GetClaim("nonce").Value);
        Assert.Equal("RS256", tokens.IdToken.Alg);
        Assert.Null(tokens.RefreshToken);
        Assert.Equal("at+jwt", new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(tokens.AccessToken).Typ);
    }

    [Theory]
    [Spec("S94")]
    [InlineData(ClientAuthenticationMethod.ClientSecretBasic)]
    [InlineData(ClientAuthenticationMethod.ClientSecretPost)]
    [InlineData(ClientAuthenticationMethod.None)]
    public async Task Every_client_authentication_method_works(ClientAuthenticationMethod method)
    {
        var client = await server.RegisterAsync("shop", registration => registration.AuthenticationMethod = method);
        Assert.Equal(HttpStatusCode.OK, (await client.RedeemAsync(await CodeAsync(client))).Status);
    }

    [Fact]
    [Spec("S94")]
    public async Task Only_one_method_at_a_time_is_taken()
    {
        var basic = await server.RegisterAsync("shop");
        Assert.Equal(
            "invalid_request", (await basic.TokenAsync(("grant_type", "authorization_code"), ("client_secret", basic.Secret))).Error);
    }

    [Fact]
    [Spec("S77")]
    public async Task The_eleventh_wrong_secret_in_a_minute_is_answered_with_429()
    {
        var client = await server.RegisterAsync(
            "post", registration => registration.AuthenticationMethod = ClientAuthenticationMethod.ClientSecretPost);
        for (var attempt = 1; attempt <= 10; attempt++)
        {
            Assert.Equal(
                HttpStatusCode.Unauthorized,
                (await client.TokenAsync(("grant_type", "client_credentials"), ("client_secret", "wrong"))).Status);
        }

        Assert.Equal(
            HttpStatusCode.TooManyRequests,
            (await client.TokenAsync(("grant_type", "client_credentials"), ("client_secret", "wrong"))).Status);
    }

    private async Task<string?> CodeAsync(RelyingParty client, params (string Name, string? Value)[] changes)
    {
        var customer = await (await server.AddPersonAsync("anna")).WithAppAsync();
        return (await client.SignInAsync(server.OpenBrowser(), customer, changes)).Code;
    }
}
