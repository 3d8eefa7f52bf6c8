using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using Sso.Protocol;
using Sso.Testing;
using Xunit;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Tests.Engine;

/// <summary>
/// Code that has no business in the server asks OpenIddict to sign a person in whom the gate never saw, in each way in which it can be
/// asked: no token leaves the house.
/// </summary>
[OneDatabase]
public sealed class GateTests
{
    private const string PastTheGate = "A sign-in past the gate.";

    [Fact]
    public async Task A_principal_that_is_put_in_the_place_of_an_approved_one_gets_no_token()
    {
        await using var server = new SsoServer
        {
            MoreServices = services => services.AddOpenIddict().AddServer(options => options.AddEventHandler<HandleTokenRequestContext>(
                handler => handler.SetOrder(int.MaxValue).UseInlineHandler(context =>
                {
                    context.SignIn(Somebody());
                    return default;
                }))),
        };
        await server.InitializeAsync();
        var machine = await server.RegisterAsync(
            "machine", registration => (registration.GrantTypes, registration.Scopes) = ([GrantTypes.ClientCredentials], ["api"]));

        var answer = await machine.SendAsync("/connect/token", accept: null, ("grant_type", GrantTypes.ClientCredentials));

        await RefusedAsync(server, answer);
    }

    [Fact]
    public async Task A_principal_that_is_brought_before_the_gate_is_asked_gets_no_code()
    {
        await using var server = new SsoServer
        {
            MoreServices = services => services.AddOpenIddict().AddServer(
                options => options.AddEventHandler<HandleAuthorizationRequestContext>(
                    handler => handler.SetOrder(int.MinValue).UseInlineHandler(async context =>
                    {
                        await context.Transaction.GetHttpRequest()!.HttpContext.SignInAsync(
                            OpenIddictServerAspNetCoreDefaults.AuthenticationScheme, Somebody());
                        context.HandleRequest();
                    }))),
        };
        await server.InitializeAsync();
        var shop = await server.RegisterAsync("shop");

        var answer = await server.App.GetTestClient().GetAsync(new Uri(shop.AuthorizeUrl(), UriKind.RelativeOrAbsolute));

        await RefusedAsync(server, answer);
    }

    private static async Task RefusedAsync(SsoServer server, HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.DoesNotContain("access_token", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Null(answer.Headers.Location);
        Assert.Contains(server.Log.Lines, line => line.Contains(PastTheGate, StringComparison.Ordinal));
    }

    private static ClaimsPrincipal Somebody() => new(new ClaimsIdentity("somebody")
        .SetClaim(OpenIddictConstants.Claims.Subject, "somebody")
        .SetScopes(Scopes.OpenId, Scopes.OfflineAccess));
}
