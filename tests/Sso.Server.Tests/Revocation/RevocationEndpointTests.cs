using System.Net;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Revocation;

[Spec("RFC 7009", "2")]
[OneDatabase]
public sealed class RevocationEndpointTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Theory]
    [Spec("S111")]
    [InlineData("refresh_token")]
    [InlineData("access_token")]
    public async Task Revoking_either_token_ends_both_on_every_node(string kind)
    {
        await using var other = await server.StartSecondNodeAsync();
        var (shop, tokens) = await TokensAsync();
        await server.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await shop.RevokeAsync(tokens.Text(kind))).Status);
        Assert.Equal("invalid_grant", (await shop.On(other).RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.On(other).UserInfoAsync(tokens.AccessToken)).Status);
    }

    [Fact]
    [Spec("S111")]
    public async Task Another_client_hears_yes_and_the_token_lives()
    {
        var (shop, tokens) = await TokensAsync();
        var other = await server.RegisterAsync("other");
        Assert.Equal(HttpStatusCode.OK, (await other.RevokeAsync(tokens.AccessToken)).Status);
        Assert.Equal(HttpStatusCode.OK, (await other.RevokeAsync(tokens.RefreshToken)).Status);
        Assert.NotNull((await shop.RefreshAsync(tokens.RefreshToken)).AccessToken);
    }

    [Fact]
    [Spec("RFC 7009", "2.2")]
    public async Task What_is_no_token_or_was_revoked_before_is_answered_alike()
    {
        var (shop, tokens) = await TokensAsync();
        foreach (var token in (string?[])["not-a-token", tokens.RefreshToken, tokens.RefreshToken, tokens.Text("id_token")])
        {
            Assert.Equal(HttpStatusCode.OK, (await shop.RevokeAsync(token)).Status);
        }
    }

    [Fact]
    public async Task A_public_client_revokes_its_own_tokens_by_its_id()
    {
        var spa = await server.RegisterAsync("spa", client => client.AuthenticationMethod = ClientAuthenticationMethod.None);
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var tokens = await spa.RedeemAsync((await spa.SignInAsync(server.OpenBrowser(), ada, ("scope", "openid offline_access"))).Code);
        Assert.Equal(HttpStatusCode.OK, (await spa.RevokeAsync(tokens.RefreshToken)).Status);
        Assert.Equal("invalid_grant", (await spa.RefreshAsync(tokens.RefreshToken)).Error);
    }

    [Fact]
    [Spec("RFC 7009", "2.2.1")]
    public async Task A_token_that_cannot_be_revoked_is_refused_by_name()
    {
        var machine = await server.RegisterAsync(
            "machine", client => (client.GrantTypes, client.Scopes) = (["client_credentials"], ["api"]));
        var token = (await machine.TokenAsync(("grant_type", "client_credentials"))).AccessToken;
        Assert.Equal("unsupported_token_type", (await machine.RevokeAsync(token)).Error);
    }

    [Fact]
    public async Task Without_a_token_the_request_is_refused()
    {
        var (shop, _) = await TokensAsync();
        Assert.Equal("invalid_request", (await shop.RevokeAsync(null)).Error);
    }

    private async Task<(RelyingParty Shop, TokenAnswer Tokens)> TokensAsync()
    {
        var shop = await server.RegisterAsync("shop");
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        return (shop, await shop.RedeemAsync((await shop.SignInAsync(server.OpenBrowser(), ada, ("scope", "openid offline_access"))).Code));
    }
}
