using System.Net;
using System.Text.Json.Nodes;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Ciba;

/// <summary>Backchannel authentications that the application signs.</summary>
[Spec("CIBA Core", "7.1.1")]
[OneDatabase]
public sealed class SignedBackchannelTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    private static readonly ClientKey Key = new("ES256", "k1");

    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    [Spec("CIBA Core", "4")]
    public async Task A_signed_request_counts_and_discovery_names_the_algorithms()
    {
        var (bank, ada) = await BankAndAdaAsync();
        var asked = await bank.PostAsync("/connect/ciba", ("request", Key.Sign(Claims(bank, ada))));
        Assert.Equal((HttpStatusCode.OK, 90), (asked.Status, asked.Body.GetProperty("expires_in").GetInt32()));
        Assert.Contains("Bonifico 4711", (await ada.MailsAsync())[0].Text, StringComparison.Ordinal);
        using var http = server.Backchannel();
        Assert.Contains(
            "\"backchannel_authentication_request_signing_alg_values_supported\":[\"RS256\",\"ES256\",\"PS256\",\"ES384\"]",
            await http.GetStringAsync("/.well-known/openid-configuration"),
            StringComparison.Ordinal);
    }

    [Theory]
    [Spec("A23")]
    [InlineData("iss")]
    [InlineData("aud")]
    [InlineData("exp")]
    [InlineData("nbf")]
    [InlineData("iat")]
    [InlineData("jti")]
    public async Task Without_one_of_the_claims_that_limit_it_it_is_refused(string missing)
    {
        var (bank, ada) = await BankAndAdaAsync();
        var claims = Claims(bank, ada);
        claims.Remove(missing);
        Assert.Equal("invalid_request", (await bank.PostAsync("/connect/ciba", ("request", Key.Sign(claims)))).Error);
    }

    [Theory]
    [Spec("A23")]
    [InlineData("aud", "https://other.example")]
    [InlineData("iss", "somebody")]
    [InlineData("exp", "over")]
    [InlineData("exp", "far away")]
    public async Task A_wrong_claim_is_refused(string claim, string value)
    {
        var (bank, ada) = await BankAndAdaAsync();
        var claims = Claims(bank, ada);
        claims[claim] = value switch { "over" => Seconds(-1), "far away" => Seconds(3700), _ => value };
        var refused = await bank.PostAsync("/connect/ciba", ("request", Key.Sign(claims)));
        Assert.Equal("invalid_request", refused.Error);
        Assert.StartsWith(
            "The signed authentication request is not acceptable: ", refused.Text("error_description"), StringComparison.Ordinal);
    }

    [Fact]
    [Spec("S97")]
    public async Task Only_a_key_of_the_client_signs_and_nothing_stands_beside()
    {
        var (bank, ada) = await BankAndAdaAsync();
        var claims = Claims(bank, ada);
        Assert.Equal(
            "invalid_request", (await bank.PostAsync("/connect/ciba", ("request", new ClientKey("ES256", "k1").Sign(claims)))).Error);
        Assert.Equal("invalid_request", (await bank.PostAsync("/connect/ciba", ("request", "eyJhbGciOiJub25lIn0.e30."))).Error);
        Assert.Equal("invalid_request", (await bank.PostAsync("/connect/ciba", ("request", Key.Sign(claims)), ("scope", "openid"))).Error);
        Assert.Equal(
            "invalid_request", (await bank.PostAsync("/connect/ciba", ("request", Key.Sign(claims)), ("binding_message", "other"))).Error);
    }

    [Fact]
    [Spec("S97")]
    public async Task A_client_that_must_sign_is_not_heard_without()
    {
        var (bank, ada) = await BankAndAdaAsync(mustSign: true);
        Assert.Equal("invalid_request", (await bank.AskPersonAsync(ada.UserName)).Error);
        Assert.Null((await bank.PostAsync("/connect/ciba", ("request", Key.Sign(Claims(bank, ada))))).Error);
    }

    private JsonObject Claims(RelyingParty bank, Customer ada) => new()
    {
        ["iss"] = bank.Id,
        ["aud"] = SsoServer.Issuer,
        ["iat"] = Seconds(0),
        ["nbf"] = Seconds(0),
        ["exp"] = Seconds(300),
        ["jti"] = Guid.CreateVersion7().ToString("N"),
        ["scope"] = "openid",
        ["login_hint"] = ada.UserName,
        ["binding_message"] = "Bonifico 4711",
        ["requested_expiry"] = 90,
    };

    private long Seconds(int fromNow) => server.Clock.GetUtcNow().AddSeconds(fromNow).ToUnixTimeSeconds();

    private async Task<(RelyingParty Bank, Customer Ada)> BankAndAdaAsync(bool mustSign = false)
    {
        var bank = await server.RegisterAsync("bank", client =>
        {
            client.GrantTypes = [.. client.GrantTypes, GrantTypes.Ciba];
            (client.Jwks, client.RequiresSignedRequests) = (ClientKey.SetOf(Key), mustSign);
        });
        return (bank, await (await server.AddPersonAsync("ada")).WithAppAsync());
    }
}
