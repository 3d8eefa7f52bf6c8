using System.Net;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Engine;

/// <summary>OpenIddict signs with the keys that it was started with. What Sso does, <c>KeyRotationTests</c> shows.</summary>
[Spec("OIDC Core", "10.1.1")]
[OneDatabase]
public sealed class LaxKeyTests(TwoServers servers) : IClassFixture<TwoServers>
{
    [Fact]
    public async Task Another_key_signs_when_its_time_has_come_and_what_the_former_signed_counts_until_its_end()
    {
        var (former, present) = await PassMidnightAsync(servers.Extended);
        var (kept, same) = await PassMidnightAsync(servers.Plain);

        Assert.Empty(former.Intersect(present));
        Assert.Equal(kept, same);
    }

    /// <summary>
    /// The keys that signed a pair of tokens before and after; the former access token is presented and the ID tokens are verified after.
    /// </summary>
    private static async Task<(string[] Before, string[] After)> PassMidnightAsync(Side side)
    {
        var shop = await side.RegisterAsync();
        var now = side.Provider.Clock.GetUtcNow();
        await side.PassAsync(now.UtcDateTime.Date.AddDays(1).AddMinutes(-1) - now.UtcDateTime);
        var before = await side.TokensAsync(shop);
        await side.PassAsync(TimeSpan.FromMinutes(2));
        var after = await side.TokensAsync(shop);

        Assert.Equal(HttpStatusCode.OK, (await shop.UserInfoAsync(before.AccessToken)).Status);
        Assert.Equal(HttpStatusCode.OK, (await shop.UserInfoAsync(after.AccessToken)).Status);
        using var http = side.Provider.Connect();
        var keys = new JsonWebKeySet(await http.GetStringAsync("/.well-known/jwks"));
        foreach (var tokens in (TokenAnswer[])[before, after])
        {
            var verified = await new JsonWebTokenHandler().ValidateTokenAsync(tokens.IdToken, new TokenValidationParameters
            {
                IssuerSigningKeys = keys.Keys,
                ValidAlgorithms = ["RS256"],
                ValidateIssuer = false,
                ValidateAudience = false,
                ValidateLifetime = false,
            });
            Assert.True(verified.IsValid);
        }

        return (KeysOf(before), KeysOf(after));
    }

    private static string[] KeysOf(TokenAnswer tokens) => [tokens.IdToken.Kid, new JsonWebToken(tokens.AccessToken).Kid];
}
