using System.Net;
using System.Text.Json.Nodes;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Sso.Testing;
using Xunit;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Tests.Engine;

/// <summary>OpenIddict knows no proofs of possession, and breaks on a token that says which one it needs.</summary>
[OneDatabase]
public sealed class LaxProofTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    [Spec("RFC 9449", "7.1")]
    public async Task A_token_that_is_bound_to_a_key_opens_userinfo_to_who_has_the_key()
    {
        await using var plain = await BindingAsync();

        Assert.Equal(HttpStatusCode.OK, (await PresentAsync(new SsoSide(server), "DPoP")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PresentAsync(plain, "DPoP")).Status);
    }

    [Fact]
    [Spec("RFC 9449", "7.2")]
    public async Task As_a_bearer_token_it_is_refused()
    {
        await using var plain = await BindingAsync();

        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_token"), TwoServers.Outcome(await PresentAsync(new SsoSide(server), "Bearer")));
        // A status of 500, where a socket is between.
        await Assert.ThrowsAsync<InvalidOperationException>(() => PresentAsync(plain, "Bearer"));
    }

    private static async Task<TokenAnswer> PresentAsync(Side side, string scheme)
    {
        var shop = await side.RegisterAsync();
        shop.ProofKey = new ClientKey("ES256");
        return await shop.PresentAsync(scheme, (await side.TokensAsync(shop)).AccessToken);
    }

    /// <summary>OpenIddict whose access tokens are bound to a key, and nothing else of RFC 9449.</summary>
    private static Task<PlainSide> BindingAsync() => PlainSide.StartAsync(options => options.AddEventHandler<ProcessSignInContext>(
        handler => handler.SetOrder(OpenIddictServerHandlers.PrepareAccessTokenPrincipal.Descriptor.Order + 1).UseInlineHandler(context =>
        {
            context.AccessTokenPrincipal?.SetClaim(OpenIddictConstants.Claims.Confirmation, new JsonObject { ["jkt"] = "any" });
            return default;
        })));
}
