using System.Net;
using Microsoft.IdentityModel.JsonWebTokens;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Engine;

/// <summary>What ends a grant ends all of it, at once; with OpenIddict each token has its own life.</summary>
public sealed class LaxGrantTests(TwoServers servers) : IClassFixture<TwoServers>
{
    [Fact]
    [Spec("RFC 7009", "2.1")]
    public async Task Revoking_a_refresh_token_ends_its_access_token()
    {
        Assert.Equal((false, HttpStatusCode.Unauthorized), await StepsAsync(servers.Sso));
        Assert.Equal((true, HttpStatusCode.OK), await StepsAsync(servers.Plain));

        static async Task<(bool Active, HttpStatusCode UserInfo)> StepsAsync(Side side)
        {
            var shop = await side.RegisterAsync();
            var tokens = await side.TokensAsync(shop);
            Assert.Equal((true, HttpStatusCode.OK), await InForceAsync(shop, tokens));
            Assert.Equal(HttpStatusCode.OK, (await shop.RevokeAsync(tokens.RefreshToken)).Status);
            Assert.NotEqual(HttpStatusCode.OK, (await shop.RefreshAsync(tokens.RefreshToken)).Status);
            return await InForceAsync(shop, tokens);
        }
    }

    [Fact]
    [Spec("RFC 7636", "4.6")]
    [Spec("RFC 6749", "4.1.2")]
    public async Task A_wrong_code_verifier_burns_the_code()
    {
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), await StepsAsync(servers.Sso));
        Assert.Equal((HttpStatusCode.OK, null), await StepsAsync(servers.Plain));

        static async Task<(HttpStatusCode Status, string? Error)> StepsAsync(Side side)
        {
            var shop = await side.RegisterAsync();
            var code = (await side.SignInAsync(shop)).Code;
            var wrong = await shop.RedeemAsync(code, ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
            Assert.Equal("invalid_grant", wrong.Error);
            return TwoServers.Outcome(await shop.RedeemAsync(code));
        }
    }

    [Fact]
    [Spec("RFC 7009", "2.2")]
    public async Task A_withdrawn_authorization_ends_its_tokens_at_once_on_every_node()
    {
        await using var other = await servers.Sso.Server.StartSecondNodeAsync();
        await using var withoutRows = await PlainSide.StartAsync(options => options.DisableTokenStorage());

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.BadRequest), await StepsAsync(servers.Sso, shop => shop.On(other)));
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.BadRequest), await StepsAsync(servers.Plain, shop => shop));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), await StepsAsync(withoutRows, shop => shop));

        static async Task<(HttpStatusCode UserInfo, HttpStatusCode Refresh)> StepsAsync(
            Side side, Func<RelyingParty, RelyingParty> elsewhere)
        {
            var shop = await side.RegisterAsync();
            var tokens = await side.TokensAsync(shop);
            await side.PassAsync(TimeSpan.FromSeconds(1));
            await side.WithdrawAsync(shop);
            var asked = elsewhere(shop);
            return ((await asked.UserInfoAsync(tokens.AccessToken)).Status, (await asked.RefreshAsync(tokens.RefreshToken)).Status);
        }
    }

    [Theory]
    [InlineData("access_token")]
    [InlineData("id_token")]
    [Spec("RFC 9068", "6")]
    public async Task A_token_tells_no_number_of_a_row(string kind)
    {
        Assert.Empty(await PrivateClaimsAsync(servers.Sso));
        Assert.Superset(new HashSet<string> { "oi_au_id", "oi_tkn_id" }, await PrivateClaimsAsync(servers.Plain));

        async Task<HashSet<string>> PrivateClaimsAsync(Side side)
        {
            var token = new JsonWebToken((await side.TokensAsync(await side.RegisterAsync())).Text(kind));
            return [.. token.Claims.Select(claim => claim.Type).Where(name => name.StartsWith("oi_", StringComparison.Ordinal))];
        }
    }

    private static async Task<(bool Active, HttpStatusCode UserInfo)> InForceAsync(RelyingParty shop, TokenAnswer tokens)
    {
        var introspected = await shop.IntrospectAsync(tokens.AccessToken);
        return (introspected.Body.GetProperty("active").GetBoolean(), (await shop.UserInfoAsync(tokens.AccessToken)).Status);
    }
}
