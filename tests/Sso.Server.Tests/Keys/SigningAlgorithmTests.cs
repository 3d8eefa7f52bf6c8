using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sso.Data.Keys;
using Sso.Protocol;
using Sso.Server.Operations;
using Sso.Server.Tests.Commands;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Keys;

/// <summary>Each application chooses what its ID tokens and introspection answers are signed with.</summary>
[OneDatabase]
public sealed class SigningAlgorithmTests(SsoServer server) : IClassFixture<SsoServer>
{
    public static TheoryData<string> Algorithms => [.. SigningAlgorithms.All];

    [Theory]
    [MemberData(nameof(Algorithms))]
    [Spec("PY09")]
    public async Task An_id_token_is_signed_as_the_client_is_registered(string algorithm)
    {
        var shop = await server.RegisterAsync("shop", client => client.IdTokenSigningAlgorithm = algorithm);
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();

        var token = (await shop.RedeemAsync((await shop.SignInAsync(server.OpenBrowser(), ada)).Code)).IdToken;

        Assert.Equal(algorithm, token.Alg);
        await VerifyAsync(token.EncodedToken, algorithm);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task A_signed_introspection_answer_is_signed_as_the_client_is_registered(string algorithm)
    {
        var shop = await server.RegisterAsync("shop", client => client.IntrospectionSigningAlgorithm = algorithm);

        using var answer = await shop.SendAsync("/connect/introspect", "application/token-introspection+jwt", ("token", "x"));

        await VerifyAsync(await answer.Content.ReadAsStringAsync(), algorithm);
    }

    [Fact]
    [Spec("CF05")]
    public async Task Discovery_names_the_algorithms_that_are_switched_on_and_only_those_have_keys()
    {
        await using var smaller = new SsoServer();
        smaller.Settings.Add("--Keys:Algorithms:0=RS256");
        smaller.Settings.Add("--Keys:Algorithms:1=ES256");
        await smaller.InitializeAsync();

        Assert.Equal(SigningAlgorithms.All, await NamedAsync(server));
        Assert.Equal(["RS256", "ES256"], await NamedAsync(smaller));
        Assert.Equal(["ES256", "RS256"], (await KeysAsync(smaller)).Select(key => key.Alg).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_a_client_was_promised_is_kept_when_the_algorithm_is_switched_off()
    {
        await using var before = new SsoServer();
        await before.InitializeAsync();
        var shop = await before.RegisterAsync("shop", client => client.IdTokenSigningAlgorithm = SigningAlgorithms.ES384);
        await using (var database = before.OpenDatabase())
        {
            database.SigningKeys.RemoveRange(database.SigningKeys);
            await database.SaveChangesAsync();
        }

        await using var node = await before.StartSecondNodeAsync("--Keys:Algorithms:0=RS256", "--Keys:Algorithms:1=ES256");
        var ada = await (await before.AddPersonAsync("ada")).WithAppAsync();
        var page = await shop.SignInAsync(node.OpenBrowser(), ada);

        Assert.Equal("ES384", (await shop.On(node).RedeemAsync(page.Code)).IdToken.Alg);
        Assert.Equal(["RS256", "ES256"], await NamedAsync(node));
    }

    [Theory]
    [Spec("A48")]
    [InlineData("Keys:Algorithms must hold RS256", "--Keys:Algorithms:0=ES256")]
    [InlineData("Keys:Algorithms names \"none\"", "--Keys:Algorithms:0=RS256", "--Keys:Algorithms:1=ES256", "--Keys:Algorithms:2=none")]
    [InlineData("Keys:RsaBits must be 2048, 3072 or 4096.", "--Keys:RsaBits=1024")]
    public void A_setting_that_would_break_applications_stops_the_start(string problem, params string[] settings)
    {
        var refused = Assert.Throws<SettingsException>(
            () => Sso.Server.ServerApplication.Build([$"--Sso:Issuer={SsoServer.Issuer}", "--environment=Development", .. settings]));

        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("S109")]
    public void New_rsa_keys_have_3072_bits_unless_an_operator_chooses_otherwise() => Assert.Equal(3072, new KeyOptions().RsaBits);

    [Fact]
    public async Task An_operator_registers_the_algorithms_and_is_told_of_one_that_does_not_exist()
    {
        await using var sso = new CommandLine();
        await sso.InitializeAsync();
        var added = await sso.RunAsync(
            "client", "add", "shop", "--name", "Shop", "--type", "web",
            "--id-token-alg", "PS256", "--introspection-alg", "ES384", "--json");
        var client = added.Json.GetProperty("client");
        Assert.Equal("PS256", client.GetProperty("id_token_signing_algorithm").GetString());
        Assert.Equal("ES384", client.GetProperty("introspection_signing_algorithm").GetString());

        var refused = await sso.RunAsync("client", "add", "other", "--name", "Other", "--type", "web", "--id-token-alg", "none");
        Assert.NotEqual(0, refused.Code);
        Assert.Contains("'none' is not an algorithm that this server signs with.", refused.Error, StringComparison.Ordinal);
    }

    private async Task VerifyAsync(string token, string algorithm)
    {
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = SsoServer.Issuer,
            ValidateAudience = false,
            ValidateLifetime = false,
            ValidAlgorithms = [algorithm],
            TryAllIssuerSigningKeys = false,
            IssuerSigningKeys = await KeysAsync(server),
        });
        Assert.True(result.IsValid, result.Exception?.Message);
    }

    private static async Task<IList<JsonWebKey>> KeysAsync(SsoServer of)
    {
        using var client = of.Backchannel();
        return new JsonWebKeySet(await client.GetStringAsync("/.well-known/jwks")).Keys;
    }

    private static async Task<IEnumerable<string?>> NamedAsync(SsoServer of)
    {
        using var client = of.Backchannel();
        using var document = JsonDocument.Parse(await client.GetStringAsync("/.well-known/openid-configuration"));
        return
        [
            .. document.RootElement.GetProperty("id_token_signing_alg_values_supported").EnumerateArray().Select(value => value.GetString())
        ];
    }
}
