using System.Net;
using Microsoft.IdentityModel.JsonWebTokens;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Engine;

/// <summary>For whom a token is: OpenIddict leaves it to the code of each host, and knows only the resources of its start.</summary>
[OneDatabase]
public sealed class LaxResourceTests : IAsyncLifetime
{
    private const string Orders = "https://orders.example/api";
    private const string Invoices = "https://invoices.example/api";

    private readonly SsoSide _sso = new(new());
    private PlainSide _plain = null!;

    public async ValueTask InitializeAsync()
    {
        await _sso.Server.InitializeAsync();
        _plain = await PlainSide.StartAsync(options => options.IgnoreResourcePermissions());
        await AddResourcesAsync(_sso);
        await AddResourcesAsync(_plain);
    }

    public async ValueTask DisposeAsync()
    {
        await _plain.DisposeAsync();
        await _sso.DisposeAsync();
    }

    [Fact]
    [Spec("RFC 9068", "3")]
    public async Task A_scope_says_for_which_resource_the_token_is()
    {
        Assert.Equal([SsoServer.Issuer, Orders], await AudienceAsync(_sso));
        Assert.Empty(await AudienceAsync(_plain));

        static async Task<IEnumerable<string>> AudienceAsync(Side side) =>
            new JsonWebToken((await side.TokensAsync(await ShopAsync(side), "openid orders.read")).AccessToken).Audiences;
    }

    [Fact]
    [Spec("RFC 8707", "2")]
    public async Task A_resource_that_was_registered_since_the_start_may_be_asked_for()
    {
        Assert.Null(await ErrorAsync(_sso, Orders));
        Assert.Equal("invalid_target", await ErrorAsync(_plain, Orders));
    }

    /// <summary>Here OpenIddict is as strict.</summary>
    [Fact]
    [Spec("RFC 8707", "2")]
    public async Task A_resource_that_nobody_registered_is_refused()
    {
        Assert.Equal("invalid_target", await ErrorAsync(_sso, "https://unknown.example/api"));
        Assert.Equal("invalid_target", await ErrorAsync(_plain, "https://unknown.example/api"));
    }

    [Fact]
    [Spec("RFC 8707", "2.2")]
    public async Task A_code_for_one_resource_is_not_redeemed_for_another()
    {
        await using var plain = await PlainSide.StartAsync(
            options => options.RegisterResources(Orders, Invoices).IgnoreResourcePermissions());
        await AddResourcesAsync(plain);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_target"), await StepsAsync(_sso));
        Assert.Equal((HttpStatusCode.OK, null), await StepsAsync(plain));

        static async Task<(HttpStatusCode Status, string? Error)> StepsAsync(Side side)
        {
            var shop = await ShopAsync(side);
            var code = (await side.SignInAsync(shop, ("scope", "openid orders.read invoices.read"), ("resource", Orders))).Code;
            return TwoServers.Outcome(await shop.RedeemAsync(code, ("resource", Invoices)));
        }
    }

    private static async Task<string?> ErrorAsync(Side side, string resource)
    {
        var shop = await ShopAsync(side);
        return (await shop.TokenAsync(("grant_type", "client_credentials"), ("scope", "orders.read"), ("resource", resource))).Error;
    }

    private static Task<RelyingParty> ShopAsync(Side side) =>
        side.RegisterAsync(client => client.Scopes = [.. client.Scopes, "orders.read", "invoices.read"]);

    private static async Task AddResourcesAsync(Side side)
    {
        await side.AddResourceAsync(Orders, "orders.read");
        await side.AddResourceAsync(Invoices, "invoices.read");
    }
}
