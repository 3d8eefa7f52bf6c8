using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sso.Data.Keys;
using Sso.Protocol.Clients;
using Sso.Protocol.Encryption;
using Sso.Server.Keys;
using Sso.Server.Tests.Conformance;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Authorization;

/// <summary>A server that has keys to which clients encrypt, and a peer that it may call.</summary>
public sealed class ServerWithEncryption : SsoServerWithPeer
{
    public ServerWithEncryption() => Server.Settings.Add("--Keys:Encryption=true");
}

/// <summary>Request objects that are encrypted to the server, and the keys for it.</summary>
[Spec("RFC 9101", "4")]
[OneDatabase]
public sealed class EncryptedRequestTests(ServerWithEncryption fixture) : IClassFixture<ServerWithEncryption>
{
    private static readonly ClientKey Key = new("ES256", "k1");
    private readonly SsoServer server = fixture.Server;

    [Theory]
    [Spec("PY17")]
    [InlineData("A128CBC-HS256")]
    [InlineData("A256CBC-HS512")]
    public async Task A_signed_request_may_be_encrypted_to_the_server(string content)
    {
        var (shop, ada) = await ShopAndAdaAsync();
        var back = await Journey.SignInAsync(server.OpenBrowser(), ada, Url(shop, await EncryptAsync(content, Signed(shop))));
        Assert.Equal("inside", back.Parameter("state"));
        Assert.NotNull((await shop.RedeemAsync(back.Code)).AccessToken);
        Assert.Null((await shop.PostAsync("/connect/par", ("request", await EncryptAsync(content, Signed(shop))))).Error);
    }

    [Theory]
    [Spec("PY17")]
    [InlineData("RSA-OAEP-256", "A256GCM")]
    [InlineData("ECDH-ES", "A256GCM")]
    [InlineData("ECDH-ES+A128KW", "A128CBC-HS256")]
    [InlineData("ECDH-ES+A256KW", "A128GCM")]
    public async Task Each_published_key_opens_what_was_encrypted_to_it(string algorithm, string content)
    {
        var (shop, _) = await ShopAndAdaAsync();
        using var http = server.Backchannel();
        var key = new JsonWebKeySet(await http.GetStringAsync("/.well-known/jwks")).Keys.Single(key => key.Alg == algorithm);
        var encrypted = Jwe.Encrypt(Signed(shop), key, new(algorithm, content), isToken: true);
        Assert.Null((await shop.PostAsync("/connect/par", ("request", encrypted))).Error);
    }

    [Fact]
    [Spec("PY17")]
    public async Task It_may_stand_at_a_registered_address()
    {
        var address = fixture.Peer.At($"/request-{Guid.CreateVersion7():N}");
        var shop = await server.RegisterAsync(
            "shop", client => (client.Jwks, client.RequestUris) = (ClientKey.SetOf(Key), [address.ToString()]));
        var encrypted = await EncryptAsync("A256CBC-HS512", Signed(shop));
        fixture.Peer.Publish(address.AbsolutePath, () => encrypted, "application/jwt");

        var url = $"/connect/authorize?client_id={shop.Id}&response_type=code&scope=openid"
            + $"&request_uri={Uri.EscapeDataString(address.ToString())}";
        var back = await Journey.SignInAsync(server.OpenBrowser(), await (await server.AddPersonAsync("ada")).WithAppAsync(), url);

        Assert.Equal("inside", back.Parameter("state"));
        Assert.NotNull((await shop.RedeemAsync(back.Code)).AccessToken);
    }

    [Fact]
    [Spec("S97")]
    public async Task Encryption_does_not_stand_in_for_a_signature()
    {
        var (shop, _) = await ShopAndAdaAsync();
        var encrypted = await EncryptAsync("A128CBC-HS256", Claims(shop).ToJsonString());
        Assert.Equal("invalid_request_object", (await shop.PostAsync("/connect/par", ("request", encrypted))).Error);
        var others = await EncryptAsync("A128CBC-HS256", new ClientKey("ES256", "k1").Sign(Claims(shop)));
        Assert.Equal("invalid_request_object", (await shop.PostAsync("/connect/par", ("request", others))).Error);
    }

    [Fact]
    [Spec("S97")]
    public async Task What_does_not_open_is_refused_in_one_way()
    {
        var (shop, _) = await ShopAndAdaAsync();
        var parts = (await EncryptAsync("A128CBC-HS256", Signed(shop))).Split('.');
        var answers = new List<string>();
        for (var part = 0; part < 5; part++)
        {
            var broken = parts.ToArray();
            var at = broken[part].Length / 2;
            broken[part] = broken[part][..at] + (broken[part][at] == 'A' ? 'B' : 'A') + broken[part][(at + 1)..];
            var answer = await shop.PostAsync("/connect/par", ("request", string.Join('.', broken)));
            answers.Add(answer.Error + answer.Text("error_description"));
        }

        Assert.StartsWith("invalid_request_object", Assert.Single(answers.Distinct()), StringComparison.Ordinal);
        Assert.Equal("invalid_request_object", (await shop.PostAsync("/connect/par", ("request", "a.b.c.d.e"))).Error);
    }

    [Fact]
    [Spec("PY17")]
    [Spec("GE02")]
    public async Task The_keys_are_published_for_encryption_and_never_sign()
    {
        using var http = server.Backchannel();
        var keys = JsonDocument.Parse(await http.GetStringAsync("/.well-known/jwks")).RootElement.GetProperty("keys")
            .EnumerateArray().ToList();
        var encrypting = keys.Where(key => key.GetProperty("use").GetString() == "enc").ToList();
        Assert.Equal(
            TokenEncryption.Algorithms.Order(StringComparer.Ordinal),
            encrypting.Select(key => key.GetProperty("alg").GetString()!).Order(StringComparer.Ordinal));
        await Standard.KeySetAsync(server);
        var ring = server.App.Services.GetRequiredService<SigningKeyRing>();
        Assert.Empty(ring.VerificationKeys.Select(key => key.KeyId).Intersect(ring.DecryptionKeys.Select(key => key.KeyId)));
        var document = JsonDocument.Parse(await http.GetStringAsync("/.well-known/openid-configuration")).RootElement;
        Assert.Contains(
            "A256GCM",
            document.GetProperty("request_object_encryption_enc_values_supported").EnumerateArray().Select(value => value.GetString()));
    }

    [Fact]
    [Spec("PY17")]
    public async Task A_rotated_key_opens_until_it_leaves_the_key_set()
    {
        await using var rotating = new SsoServer { Settings = { "--Keys:Encryption=true" } };
        await rotating.InitializeAsync();
        var shop = await rotating.RegisterAsync("shop", client => client.Jwks = ClientKey.SetOf(Key));
        var old = await EncryptAsync(rotating, "A128CBC-HS256", Key.Sign(Claims(shop)));

        await RotateAsync(rotating, KeySchedule.Signing - TimeSpan.FromDays(1));
        Assert.Null((await shop.PostAsync(
            "/connect/par", ("request", await EncryptAsync(rotating, "A128CBC-HS256", Key.Sign(Claims(shop)), newest: true)))).Error);
        await Standard.KeySetAsync(rotating);
        await RotateAsync(rotating, TimeSpan.FromDays(8));
        Assert.Null((await shop.PostAsync("/connect/par", ("request", old))).Error);
        await RotateAsync(rotating, TimeSpan.FromDays(8));
        Assert.Equal("invalid_request_object", (await shop.PostAsync("/connect/par", ("request", old))).Error);
    }

    private static async Task RotateAsync(SsoServer server, TimeSpan later)
    {
        await server.PassAsync(later);
        await server.App.Services.GetRequiredService<SigningKeyRing>().EnsureAsync(CancellationToken.None);
        await server.ReloadAsync();
    }

    private Task<string> EncryptAsync(string content, string text) => EncryptAsync(server, content, text);

    /// <summary>As an application does: to a key of the key set.</summary>
    private static async Task<string> EncryptAsync(SsoServer server, string content, string text, bool newest = false)
    {
        using var http = server.Backchannel();
        var keys = new JsonWebKeySet(await http.GetStringAsync("/.well-known/jwks")).Keys.Where(key => key.Alg == "RSA-OAEP").ToList();
        return new JsonWebTokenHandler().EncryptToken(text, new EncryptingCredentials(newest ? keys[^1] : keys[0], "RSA-OAEP", content));
    }

    private static string Url(RelyingParty client, string request) =>
        $"/connect/authorize?client_id={client.Id}&response_type=code&scope=openid&request={Uri.EscapeDataString(request)}";

    private static string Signed(RelyingParty client) => Key.Sign(Claims(client));

    private static JsonObject Claims(RelyingParty client) => new()
    {
        ["client_id"] = client.Id,
        ["redirect_uri"] = client.RedirectUri,
        ["response_type"] = "code",
        ["scope"] = "openid email",
        ["state"] = "inside",
        ["code_challenge"] = client.Challenge,
        ["code_challenge_method"] = "S256",
    };

    private async Task<(RelyingParty Shop, Customer Ada)> ShopAndAdaAsync()
    {
        var shop = await server.RegisterAsync("shop", client => client.Jwks = ClientKey.SetOf(Key));
        await server.PassAsync(TimeSpan.FromSeconds(1));
        return (shop, await (await server.AddPersonAsync("ada")).WithAppAsync());
    }
}
