using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Sso.Extensions.DemandedSignIns;
using Sso.Plain;
using Sso.Testing;
using Xunit;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Tests.Engine;

/// <summary>
/// OpenIddict passes over what a request demands of the sign-in. Here everybody signed in an hour ago, by a password. What Sso does,
/// <c>ClaimsParameterTests</c> and the tests of the gate show.
/// </summary>
[Spec("OIDC Core", "3.1.2.1")]
[Spec("OIDC Core", "5.5")]
[OneDatabase]
public sealed class LaxDemandTests : IAsyncLifetime
{
    private PlainSide _plain = null!;
    private PlainSide _extended = null!;

    public async ValueTask InitializeAsync()
    {
        _plain = await PlainSide.StartAsync(SignInAnHourAgo);
        _extended = await PlainSide.StartAsync(options => SignInAnHourAgo(options.AddSsoExtensions()));
    }

    public async ValueTask DisposeAsync()
    {
        await _plain.DisposeAsync();
        await _extended.DisposeAsync();
    }

    [Theory]
    [InlineData("max_age", "3500", "unmet_authentication_requirements")]
    [InlineData("claims", """{"id_token":{"acr":{"essential":true,"values":["mfa"]}}}""", "unmet_authentication_requirements")]
    [InlineData("claims", """{"id_token":{"acr":{"essential":true,"values":["unknown"]}}}""", "unmet_authentication_requirements")]
    [InlineData("claims", """{"userinfo":{"sub":{"value":"eve"}}}""", "login_required")]
    [InlineData("claims", "no JSON", "invalid_request")]
    [InlineData("max_age", "soon", "invalid_request")]
    public async Task A_sign_in_that_does_not_meet_what_was_demanded_gives_no_code(string name, string value, string error)
    {
        var (refused, pushed) = await AskAsync(_extended);
        Assert.Null(refused.Code);
        Assert.Contains(error, refused.Error ?? refused.Text, StringComparison.Ordinal);
        Assert.Equal(error == "invalid_request" || value.Contains("unknown", StringComparison.Ordinal) ? error : null, pushed.Error);
        (refused, pushed) = await AskAsync(_plain);
        Assert.NotNull(refused.Code);
        Assert.Null(pushed.Error);

        async Task<(Page, TokenAnswer)> AskAsync(PlainSide side)
        {
            var shop = await side.RegisterAsync();
            return (await side.SignInAsync(shop, (name, value)), await shop.PushAsync((name, value)));
        }
    }

    [Fact]
    public async Task Without_a_page_a_sign_in_that_is_too_old_is_one_that_must_be_made()
    {
        var shop = await _extended.RegisterAsync();

        Assert.Equal("login_required", (await _extended.SignInAsync(shop, ("max_age", "60"), ("prompt", "none"))).Error);
    }

    [Fact]
    public async Task What_is_met_is_told_and_so_are_single_claims_that_the_host_hands_out()
    {
        var (told, kept) = (await AskAsync(_extended), await AskAsync(_plain));

        Assert.Equal(("pwd", "ada@example.com"), (told.IdToken.GetClaim("acr").Value, told.IdToken.GetClaim("email").Value));
        Assert.True(told.IdToken.TryGetClaim("auth_time", out _));
        Assert.False(kept.IdToken.TryGetClaim("auth_time", out _) || kept.IdToken.TryGetClaim("email", out _));

        static async Task<TokenAnswer> AskAsync(PlainSide side)
        {
            var shop = await side.RegisterAsync();
            return await shop.RedeemAsync((await side.SignInAsync(
                shop, ("max_age", "3700"), ("acr_values", "mfa pwd"),
                ("claims", """{"id_token":{"email":null,"sub":{"value":"ada"}}}"""))).Code);
        }
    }

    private static void SignInAnHourAgo(OpenIddictServerBuilder options) => options.AddEventHandler<ProcessSignInContext>(
        handler => handler.SetOrder(OpenIddictServerHandlers.ValidateSignInDemand.Descriptor.Order - 500).UseInlineHandler(context =>
        {
            if (context.EndpointType == OpenIddictServerEndpointType.Authorization)
            {
                context.Principal!
                    .SetClaim(Claims.AuthenticationTime, context.Options.TimeProvider.GetUtcNow().AddHours(-1).ToUnixTimeSeconds())
                    .SetClaim(Claims.AuthenticationContextReference, "pwd")
                    .SetDestinations(claim => context.Transaction.FindSignInDemands()?.Claims.IdToken.Contains(claim.Type) == true
                        ? [Destinations.AccessToken, Destinations.IdentityToken]
                        : [Destinations.AccessToken]);
            }

            return default;
        }));
}
