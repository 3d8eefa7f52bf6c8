using System.Net;
using Sso.Data.Clients;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Engine;

/// <summary>
/// Rotation finds a thief by there being one branch of refresh tokens. OpenIddict lets several live: for half a minute whoever has a token
/// may begin another, and of two requests at once both do.
/// </summary>
[Spec("RFC 9700", "4.14.2")]
[Spec("RFC 6749", "6")]
[OneDatabase]
public sealed class LaxRefreshTests(TwoServers servers) : IClassFixture<TwoServers>
{
    private static readonly ClientKey Key = new("ES256");
    private static readonly ClientKey Stolen = new("ES256");

    [Fact]
    public async Task Two_refreshes_at_once_are_one_branch()
    {
        // Without its leeway: what is left is the race.
        await using var plain = await PlainSide.StartAsync(options => options.SetRefreshTokenReuseLeeway(null));

        Assert.False(await StepsAsync(servers.Sso));
        Assert.True(await StepsAsync(plain));

        static async Task<bool> StepsAsync(Side side)
        {
            var shop = await side.RegisterAsync();
            var tokens = await side.TokensAsync(shop);
            using var standstill = new Standstill(side.DatabaseName);
            standstill.After(side.TableOfRefreshTokens);
            // Whoever asks for less than was granted reads before the write.
            // A whole refresh is one statement of ours, which nothing overtakes.
            var overtaken = Task.Run(() => shop.RefreshAsync(tokens.RefreshToken, ("scope", "openid offline_access")));
            Assert.True(await standstill.ReachedBeforeAsync(overtaken), "the request never read");
            var overtaking = await shop.RefreshAsync(tokens.RefreshToken);
            standstill.Release();
            return await BothBranchesLiveAsync(side, shop, overtaking, await overtaken);
        }
    }

    [Fact]
    public async Task A_token_that_is_used_again_within_the_grace_begins_no_second_branch()
    {
        Assert.False(await StepsAsync(servers.Sso));
        Assert.True(await StepsAsync(servers.Plain));

        static async Task<bool> StepsAsync(Side side)
        {
            var shop = await side.RegisterAsync();
            var tokens = await side.TokensAsync(shop);
            var first = await shop.RefreshAsync(tokens.RefreshToken);
            return await BothBranchesLiveAsync(side, shop, first, await shop.RefreshAsync(tokens.RefreshToken));
        }
    }

    [Theory]
    [InlineData(9, HttpStatusCode.OK, HttpStatusCode.OK)]
    [InlineData(11, HttpStatusCode.BadRequest, HttpStatusCode.OK)]
    [InlineData(29, HttpStatusCode.BadRequest, HttpStatusCode.OK)]
    [InlineData(31, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest)]
    public async Task The_grace_of_a_public_client_is_ten_seconds(int seconds, HttpStatusCode sso, HttpStatusCode plain)
    {
        Assert.Equal(sso, await StepsAsync(servers.Sso));
        Assert.Equal(plain, await StepsAsync(servers.Plain));

        async Task<HttpStatusCode> StepsAsync(Side side)
        {
            var app = await side.RegisterAsync(Public);
            var tokens = await side.TokensAsync(app);
            await app.RefreshAsync(tokens.RefreshToken);
            await side.PassAsync(TimeSpan.FromSeconds(seconds));
            return (await app.RefreshAsync(tokens.RefreshToken)).Status;
        }
    }

    [Fact]
    [Spec("RFC 9449", "5")]
    public async Task Within_the_grace_a_token_of_a_public_client_is_worth_nothing_to_another_key()
    {
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), await StepsAsync(servers.Sso));
        Assert.Equal((HttpStatusCode.OK, null), await StepsAsync(servers.Plain));

        static async Task<(HttpStatusCode Status, string? Error)> StepsAsync(Side side)
        {
            var app = await side.RegisterAsync(Public);
            app.ProofKey = Key;
            var tokens = await side.TokensAsync(app);
            await app.RefreshAsync(tokens.RefreshToken);
            app.ProofKey = Stolen;
            return TwoServers.Outcome(await app.RefreshAsync(tokens.RefreshToken));
        }
    }

    /// <summary>Here OpenIddict is as strict.</summary>
    [Fact]
    public async Task Within_the_grace_a_token_is_worth_nothing_to_another_client()
    {
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), await StepsAsync(servers.Sso));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), await StepsAsync(servers.Plain));

        static async Task<(HttpStatusCode Status, string? Error)> StepsAsync(Side side)
        {
            var shop = await side.RegisterAsync();
            var tokens = await side.TokensAsync(shop);
            await shop.RefreshAsync(tokens.RefreshToken);
            return TwoServers.Outcome(await (await side.RegisterAsync()).RefreshAsync(tokens.RefreshToken));
        }
    }

    private static void Public(ClientRegistration client) => client.AuthenticationMethod = ClientAuthenticationMethod.None;

    /// <summary>Whether two answers to one refresh token can both be continued, long after every grace.</summary>
    private static async Task<bool> BothBranchesLiveAsync(Side side, RelyingParty shop, TokenAnswer one, TokenAnswer other)
    {
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (one.Status, other.Status));
        var next = await shop.RefreshAsync(one.RefreshToken);
        Assert.Equal(HttpStatusCode.OK, next.Status);
        await side.PassAsync(TimeSpan.FromMinutes(2));
        return (await shop.RefreshAsync(other.RefreshToken)).Status == HttpStatusCode.OK
            && (await shop.RefreshAsync(next.RefreshToken)).Status == HttpStatusCode.OK;
    }
}
