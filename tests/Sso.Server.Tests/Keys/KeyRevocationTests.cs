using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Admin;
using Sso.Admin.Keys;
using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Keys;

/// <summary><c>sso key revoke</c>, for the day on which a signing key was stolen.</summary>
[Spec("S109")]
[Spec("F17")]
public sealed class KeyRevocationTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    public async Task Within_five_seconds_both_nodes_refuse_what_a_stolen_key_signed_and_sign_with_another()
    {
        await using var second = await server.StartSecondNodeAsync();
        var (shop, ada) = (await server.RegisterAsync("shop"), await (await server.AddPersonAsync("ada")).WithAppAsync());
        await second.ReloadAsync();
        var browser = server.OpenBrowser();
        var stolen = await shop.RedeemAsync((await shop.SignInAsync(browser, ada)).Code);
        Assert.Equal(HttpStatusCode.OK, (await shop.On(second).UserInfoAsync(stolen.AccessToken)).Status);

        var accessKey = await RevokeAsync(Kid(stolen.AccessToken!));
        var idKey = await RevokeAsync(stolen.IdToken.Kid);
        await server.PassAsync(TimeSpan.FromSeconds(5));

        foreach (var node in new[] { server, second })
        {
            browser.MoveTo(node);
            Assert.Equal(HttpStatusCode.Unauthorized, (await shop.On(node).UserInfoAsync(stolen.AccessToken)).Status);
            Assert.False((await shop.On(node).IntrospectAsync(stolen.AccessToken)).Body.GetProperty("active").GetBoolean());
            var hinted = await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none"), ("id_token_hint", stolen.IdToken.EncodedToken)));
            Assert.Equal("invalid_request", hinted.Error);
            var fresh = await shop.On(node).RedeemAsync((await browser.GetAsync(shop.AuthorizeUrl())).Code);
            Assert.Equal((accessKey, idKey), (Kid(fresh.AccessToken!), fresh.IdToken.Kid));
            Assert.Equal(HttpStatusCode.OK, (await shop.On(node).UserInfoAsync(fresh.AccessToken)).Status);
            using var client = node.Backchannel();
            var published = await client.GetStringAsync("/.well-known/jwks");
            Assert.DoesNotContain(Kid(stolen.AccessToken!), published, StringComparison.Ordinal);
            Assert.Contains(accessKey, published, StringComparison.Ordinal);
        }

        await using var database = server.OpenDatabase();
        var told = await database.SecurityEvents.Where(item => item.Kind == SecurityEventKind.KeyRevoked).ToListAsync();
        Assert.Contains(told, item => item.Changes!.Contains(stolen.IdToken.Kid, StringComparison.Ordinal) && item.Detail == "RS256");
    }

    [Fact]
    public async Task An_announced_successor_takes_over_because_applications_know_it()
    {
        var announced = (await RunAsync(
            provider => ActivatorUtilities.CreateInstance<RotateKeys>(provider).ExecuteAsync(atOnce: false, CancellationToken.None)))
            .Successors.Single(key => key.Algorithm == SigningAlgorithms.PS256);
        await server.ReloadAsync();
        var keys = await RunAsync(provider => ActivatorUtilities.CreateInstance<ListKeys>(provider).ExecuteAsync(CancellationToken.None));

        var signs = await RevokeAsync(keys.Single(key => key is { Algorithm: SigningAlgorithms.PS256, State: KeyState.Active }).Kid);

        Assert.Equal(announced.Kid, signs);
    }

    [Fact]
    public async Task An_unknown_key_is_told_and_nothing_changes()
    {
        var outcome = await RunAsync(
            provider => ActivatorUtilities.CreateInstance<RevokeKey>(provider).ExecuteAsync("nobody", CancellationToken.None));

        Assert.True(outcome.Failed(out var refusal, out _));
        Assert.Equal(RefusalKind.NotFound, refusal.Kind);
    }

    /// <returns>The kid of the key that signs in its place.</returns>
    private async Task<string> RevokeAsync(string kid)
    {
        var outcome = await RunAsync(
            provider => ActivatorUtilities.CreateInstance<RevokeKey>(provider).ExecuteAsync(kid, CancellationToken.None));
        Assert.False(outcome.Failed(out _, out var revoked));
        return revoked!.Signs!.Kid;
    }

    /// <summary>An operation on the server's database by the server's clock.</summary>
    private async Task<TResult> RunAsync<TResult>(Func<IServiceProvider, Task<TResult>> run)
    {
        await using var scope = server.App.Services.CreateAsyncScope();
        return await run(scope.ServiceProvider);
    }

    private static string Kid(string token) => new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(token).Kid;
}
