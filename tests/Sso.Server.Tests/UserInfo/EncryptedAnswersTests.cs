using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sso.Data.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.UserInfo;

/// <summary>Signed and encrypted userinfo, and encrypted ID tokens.</summary>
[Spec("OIDC Core", "5.3.2")]
[Spec("OIDC Core", "10.2")]
[OneDatabase]
public sealed class EncryptedAnswersTests(SsoServerWithPeer fixture) : IClassFixture<SsoServerWithPeer>
{
    private readonly SsoServer server = fixture.Server;

    [Theory]
    [Spec("DY03")]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public async Task Userinfo_is_signed_where_it_is_registered_so(string algorithm)
    {
        var (shop, tokens) = await SignedInAsync(client => client.UserInfoSigningAlgorithm = algorithm);
        var (type, text) = await UserInfoAsync(tokens.AccessToken!);
        Assert.Equal("application/jwt", type);
        var token = await VerifyAsync(text, shop.Id, algorithm);
        Assert.Equal(tokens.IdToken.Subject, token.Subject);
        Assert.Equal(
            ["aud", "email", "email_verified", "iss", "sub"], token.Claims.Select(claim => claim.Type).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Signed_userinfo_is_no_hint_of_a_person()
    {
        var (shop, tokens) = await SignedInAsync(client => client.UserInfoSigningAlgorithm = "RS256");
        var (_, text) = await UserInfoAsync(tokens.AccessToken!);
        Assert.Equal("invalid_request", (await server.OpenBrowser().GetAsync(shop.AuthorizeUrl(("id_token_hint", text)))).Error);
    }

    [Theory]
    [Spec("PY11")]
    [InlineData("A128CBC-HS256")]
    [InlineData("A256CBC-HS512")]
    public async Task Userinfo_is_signed_and_then_encrypted(string content)
    {
        var key = new EncryptionKey();
        var (shop, tokens) = await SignedInAsync(client =>
            (client.Jwks, client.UserInfoSigningAlgorithm, client.UserInfoEncryptionAlgorithm, client.UserInfoContentEncryption) =
                (key.Jwks, "ES256", "RSA-OAEP", content));
        var (type, text) = await UserInfoAsync(tokens.AccessToken!);
        var outer = new JsonWebToken(text);
        Assert.Equal(("application/jwt", "RSA-OAEP", content, "JWT", "enc-1"), (type, outer.Alg, outer.Enc, outer.Cty, outer.Kid));
        Assert.Equal(tokens.IdToken.Subject, (await VerifyAsync(key.Decrypt(text), shop.Id, "ES256")).Subject);
    }

    [Fact]
    [Spec("PY11")]
    public async Task Userinfo_may_be_encrypted_alone()
    {
        var key = new EncryptionKey();
        var (_, tokens) = await SignedInAsync(client => (client.Jwks, client.UserInfoEncryptionAlgorithm) = (key.Jwks, "RSA-OAEP"));
        var (type, text) = await UserInfoAsync(tokens.AccessToken!);
        Assert.Equal("application/jwt", type);
        Assert.Equal(tokens.IdToken.Subject, JsonDocument.Parse(key.Decrypt(text)).RootElement.GetProperty("sub").GetString());
    }

    [Theory]
    [Spec("PY11")]
    [InlineData("RSA-OAEP-256", "A256GCM")]
    [InlineData("ECDH-ES", "A128GCM")]
    [InlineData("ECDH-ES+A256KW", "A256CBC-HS512")]
    public async Task Userinfo_and_id_tokens_are_encrypted_in_each_way_that_is_registered(string algorithm, string content)
    {
        var key = new EncryptionKey(algorithm);
        var (shop, tokens) = await SignedInAsync(client =>
        {
            client.Jwks = key.Jwks;
            (client.UserInfoEncryptionAlgorithm, client.UserInfoContentEncryption) = (algorithm, content);
            (client.IdTokenEncryptionAlgorithm, client.IdTokenContentEncryption) = (algorithm, content);
        });
        Assert.Equal((algorithm, content), (tokens.IdToken.Alg, tokens.IdToken.Enc));
        var subject = (await VerifyAsync(key.Decrypt(tokens.Text("id_token")!), shop.Id, "RS256")).Subject;
        var (_, userInfo) = await UserInfoAsync(tokens.AccessToken!);
        Assert.Equal(subject, JsonDocument.Parse(key.Decrypt(userInfo)).RootElement.GetProperty("sub").GetString());
    }

    [Theory]
    [Spec("PY11")]
    [InlineData("A128CBC-HS256")]
    [InlineData("A256CBC-HS512")]
    public async Task An_id_token_is_signed_and_then_encrypted(string content)
    {
        var key = new EncryptionKey();
        var (shop, tokens) = await SignedInAsync(client =>
            (client.Jwks, client.IdTokenEncryptionAlgorithm, client.IdTokenContentEncryption) = (key.Jwks, "RSA-OAEP", content));
        Assert.Equal(("RSA-OAEP", content), (tokens.IdToken.Alg, tokens.IdToken.Enc));
        Assert.Equal("nonce-1", (await VerifyAsync(key.Decrypt(tokens.Text("id_token")!), shop.Id, "RS256")).GetClaim("nonce").Value);
    }

    [Fact]
    [Spec("PY17")]
    public async Task A_new_key_of_the_client_is_used_within_ten_minutes()
    {
        var (old, renewed) = (new EncryptionKey(), new EncryptionKey(keyId: "enc-2"));
        var (published, path) = (old, $"/jwks-{Guid.CreateVersion7():N}");
        fixture.Peer.Publish(path, () => published.Jwks);
        var (shop, tokens) = await SignedInAsync(
            client => (client.JwksUri, client.IdTokenEncryptionAlgorithm) = (fixture.Peer.At(path).ToString(), "RSA-OAEP"));
        Assert.Equal("enc-1", tokens.IdToken.Kid);

        published = renewed;
        await server.PassAsync(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(1));
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        tokens = await shop.RedeemAsync((await shop.SignInAsync(server.OpenBrowser(), ada)).Code);

        Assert.Equal("enc-2", tokens.IdToken.Kid);
        Assert.Equal(ada.Subject, (await VerifyAsync(renewed.Decrypt(tokens.Text("id_token")!), shop.Id, "RS256")).Subject);
    }

    [Fact]
    [Spec("PY09")]
    public async Task An_id_token_has_the_registered_algorithm()
    {
        var (shop, tokens) = await SignedInAsync(client => client.IdTokenSigningAlgorithm = "ES256");
        Assert.Equal("ES256", (await VerifyAsync(tokens.Text("id_token")!, shop.Id, "ES256")).Alg);
    }

    [Fact]
    public async Task Without_a_key_of_the_client_nothing_is_sent_in_clear()
    {
        var (_, tokens) = await SignedInAsync(client => client.UserInfoEncryptionAlgorithm = "RSA-OAEP");
        using var http = server.Backchannel();
        using var request = UserInfoRequest(tokens.AccessToken!);
        using var answer = await http.SendAsync(request);
        Assert.Equal(503, (int)answer.StatusCode);
        Assert.DoesNotContain("@example.it", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        var (_, refused) = await SignedInAsync(client => client.IdTokenEncryptionAlgorithm = "RSA-OAEP");
        Assert.Equal(("temporarily_unavailable", null), (refused.Error, refused.AccessToken));
    }

    [Fact]
    public async Task To_a_key_that_only_looks_like_one_nothing_is_sent_in_clear_either()
    {
        // A point that lies beside the curve.
        var half = Base64UrlEncoder.Encode(Enumerable.Repeat((byte)1, 32).ToArray());
        var set = $$"""{"keys":[{"kty":"EC","crv":"P-256","x":"{{half}}","y":"{{half}}","use":"enc"}]}""";
        var (_, refused) = await SignedInAsync(client => (client.Jwks, client.IdTokenEncryptionAlgorithm) = (set, "ECDH-ES"));
        Assert.Equal(("temporarily_unavailable", null), (refused.Error, refused.AccessToken));
    }

    [Fact]
    [Spec("DY03")]
    public async Task Discovery_names_the_algorithms()
    {
        using var http = server.Backchannel();
        var document = JsonDocument.Parse(await http.GetStringAsync("/.well-known/openid-configuration")).RootElement;
        string[] Values(string name) => [.. document.GetProperty(name).EnumerateArray().Select(value => value.GetString()!)];
        Assert.Contains("RS256", Values("userinfo_signing_alg_values_supported"));
        Assert.Equal(
            ["RSA-OAEP", "RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW"],
            Values("id_token_encryption_alg_values_supported"));
        Assert.Equal(["A128CBC-HS256", "A256CBC-HS512", "A128GCM", "A256GCM"], Values("userinfo_encryption_enc_values_supported"));
        Assert.False(document.TryGetProperty("request_object_encryption_alg_values_supported", out _));
    }

    private static HttpRequestMessage UserInfoRequest(string accessToken) =>
        new(HttpMethod.Get, "/connect/userinfo") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", accessToken) } };

    private async Task<(string? Type, string Text)> UserInfoAsync(string accessToken)
    {
        using var http = server.Backchannel();
        using var request = UserInfoRequest(accessToken);
        using var answer = await http.SendAsync(request);
        return (answer.Content.Headers.ContentType?.MediaType, await answer.Content.ReadAsStringAsync());
    }

    private async Task<JsonWebToken> VerifyAsync(string token, string clientId, string algorithm)
    {
        using var http = server.Backchannel();
        var result = await new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = SsoServer.Issuer,
            ValidAudience = clientId,
            ValidAlgorithms = [algorithm],
            RequireExpirationTime = false,
            ValidateLifetime = false,
            IssuerSigningKeys = new JsonWebKeySet(await http.GetStringAsync("/.well-known/jwks")).GetSigningKeys(),
        });
        Assert.True(result.IsValid, result.Exception?.Message);
        return (JsonWebToken)result.SecurityToken;
    }

    private async Task<(RelyingParty Shop, TokenAnswer Tokens)> SignedInAsync(Action<ClientRegistration> change)
    {
        var shop = await server.RegisterAsync("shop", change);
        await server.PassAsync(TimeSpan.FromSeconds(1));
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        return (shop, await shop.RedeemAsync((await shop.SignInAsync(server.OpenBrowser(), ada, ("scope", "openid email"))).Code));
    }
}
