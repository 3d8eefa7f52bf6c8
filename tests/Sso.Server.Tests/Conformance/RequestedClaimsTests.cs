using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Conformance;

/// <summary>The parameter claims (OIDC Core §5.5) for all that is known of a person.</summary>
[OneDatabase]
public sealed class RequestedClaimsTests(SsoServer server) : IClassFixture<SsoServer>
{
    private static readonly string[] Names =
        [.. Scopes.Claims.Where(scope => scope.Key is "profile" or "email" or "address" or "phone").SelectMany(scope => scope.Value)];

    [Theory]
    [Spec("FS08")]
    [Spec("GE16")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"essential":true}""")]
    [InlineData("""{"essential":false}""")]
    [InlineData("""{"value":"x"}""")]
    [InlineData("""{"values":["x","y"]}""")]
    public async Task Every_claim_comes_in_both_places_in_whatever_form_it_is_asked_for_and_unknown_ones_change_nothing(string form)
    {
        var suite = await CertificationClient.RegisterAsync(server);
        var wanted = string.Join(',', Names.Append("no_such_claim").Select(name => $"\"{name}\":{form}"));
        var claims = $"{{\"userinfo\":{{{wanted}}},\"id_token\":{{{wanted}}},\"verified_claims\":{{\"x\":[]}}}}";
        var callback = await suite.AuthorizeAsync(await CertifiedPerson.AddAsync(server), ("claims", claims));
        var tokens = await suite.Party.RedeemAsync(callback["code"], ("code_verifier", null));
        var (_, told) = await suite.Party.UserInfoAsync(tokens.AccessToken);
        using var payload = JsonDocument.Parse(Base64UrlEncoder.Decode(tokens.IdToken.EncodedPayload));

        Assert.Equal(
            Names.Append("sub").Order(StringComparer.Ordinal),
            told.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Standard.Claims(told, server.Clock.GetUtcNow());
        foreach (var name in Names)
        {
            Assert.True(payload.RootElement.TryGetProperty(name, out var value), name);
            Assert.True(JsonElement.DeepEquals(told.GetProperty(name), value), name);
        }

        Assert.False(payload.RootElement.TryGetProperty("no_such_claim", out _));
    }
}
