using System.Net;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Token;

[Spec("RFC 6749", "6")]
[Spec("RFC 9700", "4.14")]
[Spec("S93")]
public sealed class RefreshTokenGrantTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Theory]
    [InlineData(ClientAuthenticationMethod.None, 10)]
    [InlineData(ClientAuthenticationMethod.ClientSecretBasic, 60)]
    public async Task Each_use_gives_a_new_token_and_the_old_one_kills_the_grant_after_the_grace(
        ClientAuthenticationMethod method, int grace)
    {
        var (shop, first) = await TokensAsync(method);
        var second = await shop.RefreshAsync(first.RefreshToken);
        Assert.Equal(HttpStatusCode.OK, second.Status);

        await server.PassAsync(TimeSpan.FromSeconds(grace + 1));
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(first.RefreshToken)).Error);
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(second.RefreshToken)).Error);
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UserInfoAsync(second.AccessToken)).Status);
    }

    [Theory]
    [InlineData(ClientAuthenticationMethod.None, 10)]
    [InlineData(ClientAuthenticationMethod.ClientSecretBasic, 60)]
    public async Task Within_the_grace_a_lost_answer_is_given_again_and_one_branch_lives(ClientAuthenticationMethod method, int grace)
    {
        var (shop, first) = await TokensAsync(method);
        var second = await shop.RefreshAsync(first.RefreshToken);
        await server.PassAsync(TimeSpan.FromSeconds(grace - 1));
        var again = await shop.RefreshAsync(first.RefreshToken);
        Assert.Equal(HttpStatusCode.OK, again.Status);
        var third = await shop.RefreshAsync(second.RefreshToken);
        var thirdAgain = await shop.RefreshAsync(again.RefreshToken);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (third.Status, thirdAgain.Status));

        // Both are the same step of one branch: once it has gone on for the grace, the other is a stolen one and ends all.
        var fourth = await shop.RefreshAsync(third.RefreshToken);
        Assert.Equal(HttpStatusCode.OK, fourth.Status);
        await server.PassAsync(TimeSpan.FromSeconds(grace + 1));
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(thirdAgain.RefreshToken)).Error);
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(fourth.RefreshToken)).Error);
    }

    [Fact]
    public async Task A_token_older_than_the_previous_one_kills_the_grant_however_soon()
    {
        var (shop, first) = await TokensAsync();
        var third = await shop.RefreshAsync((await shop.RefreshAsync(first.RefreshToken)).RefreshToken);

        Assert.Equal("invalid_grant", (await shop.RefreshAsync(first.RefreshToken)).Error);
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(third.RefreshToken)).Error);
    }

    [Fact]
    public async Task A_token_newer_than_the_database_as_after_a_restore_ends_the_grant_and_nobody_is_called_a_thief()
    {
        var (shop, first) = await TokensAsync();
        var second = await shop.RefreshAsync(first.RefreshToken);
        await using (var database = server.OpenDatabase())
        {
            await database.Grants.Where(grant => grant.ClientId == shop.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(grant => grant.Generation, grant => grant.Generation - 1));
        }

        Assert.Equal("invalid_grant", (await shop.RefreshAsync(second.RefreshToken)).Error);
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(first.RefreshToken)).Error);
        await using var after = server.OpenDatabase();
        var recorded = await after.SecurityEvents.Where(item => item.ClientId == shop.Id).ToListAsync();
        Assert.DoesNotContain(recorded, item => item.Kind == SecurityEventKind.RefreshTokenReused);
        Assert.Contains(recorded, item => item.Reason == "newer than this database, which was restored from a backup");
    }

    [Fact]
    [Spec("OIDC Core", "11")]
    public async Task Offline_access_is_passed_over_for_a_client_without_the_grant()
    {
        var shop = await server.RegisterAsync("shop", client => client.GrantTypes = [GrantTypes.AuthorizationCode]);
        var customer = await (await server.AddPersonAsync("anna")).WithAppAsync();
        var code = (await shop.SignInAsync(server.OpenBrowser(), customer, ("scope", "openid offline_access"))).Code;
        var tokens = await shop.RedeemAsync(code);

        Assert.Equal((HttpStatusCode.OK, null, "openid"), (tokens.Status, tokens.RefreshToken, tokens.Text("scope")));
    }

    [Fact]
    public async Task The_scope_may_shrink_and_never_grow()
    {
        var (shop, tokens) = await TokensAsync();
        Assert.Equal("invalid_scope", (await shop.RefreshAsync(tokens.RefreshToken, ("scope", "openid address"))).Error);
        Assert.Equal("openid", (await shop.RefreshAsync(tokens.RefreshToken, ("scope", "openid"))).Text("scope"));
    }

    [Fact]
    public async Task It_ends_after_fourteen_idle_days_and_after_thirty_days_in_any_case()
    {
        var (shop, idle) = await TokensAsync();
        var (busyShop, tokens) = await TokensAsync();
        for (var day = 0; day < 30; day += 10)
        {
            Assert.Equal(HttpStatusCode.OK, tokens.Status);
            await server.PassAsync(TimeSpan.FromDays(10));
            tokens = await busyShop.RefreshAsync(tokens.RefreshToken);
        }

        Assert.Equal("invalid_grant", tokens.Error);
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(idle.RefreshToken)).Error);
    }

    [Fact]
    [Spec("A6")]
    public async Task It_is_worth_nothing_to_another_client()
    {
        var (_, tokens) = await TokensAsync();
        var other = await server.RegisterAsync("other");
        Assert.Equal("invalid_grant", (await other.RefreshAsync(tokens.RefreshToken)).Error);
    }

    [Fact]
    [Spec("A24")]
    public async Task A_disabled_person_gets_no_more_tokens()
    {
        var (shop, tokens) = await TokensAsync();
        await using (var database = server.OpenDatabase())
        {
            var id = Guid.Parse(tokens.IdToken.Subject);
            (await database.Users.SingleAsync(person => person.Id == id)).Disable(server.Clock.GetUtcNow());
            await database.SaveChangesAsync();
        }

        Assert.Equal("invalid_grant", (await shop.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UserInfoAsync(tokens.AccessToken)).Status);
    }

    [Fact]
    [Spec("Back-Channel Logout", "2.7")]
    public async Task It_outlives_an_ordinary_sign_out()
    {
        var shop = await server.RegisterAsync("shop");
        var browser = server.OpenBrowser();
        var customer = await (await server.AddPersonAsync("anna")).WithAppAsync();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(browser, customer, ("scope", "openid offline_access"))).Code);
        await browser.SubmitAsync(await browser.GetAsync("/signout"));
        Assert.Equal(HttpStatusCode.OK, (await shop.RefreshAsync(tokens.RefreshToken)).Status);
    }

    private async Task<(RelyingParty Client, TokenAnswer Tokens)> TokensAsync(
        ClientAuthenticationMethod method = ClientAuthenticationMethod.ClientSecretBasic)
    {
        var shop = await server.RegisterAsync("shop", client => client.AuthenticationMethod = method);
        var customer = await (await server.AddPersonAsync("anna")).WithAppAsync();
        var code = (await shop.SignInAsync(server.OpenBrowser(), customer, ("scope", "openid profile offline_access"))).Code;
        return (shop, await shop.RedeemAsync(code));
    }
}
