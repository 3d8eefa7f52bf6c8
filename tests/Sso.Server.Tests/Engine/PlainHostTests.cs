using System.Net;
using Sso.Data.Clients;
using Sso.Plain;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Engine;

/// <summary>The second host does what OpenIddict does; otherwise nothing that is compared with it would prove anything.</summary>
[OneDatabase]
public sealed class PlainHostTests
{
    [Fact]
    public async Task A_pushed_request_becomes_tokens_that_are_refreshed_introspected_and_revoked_over_a_socket()
    {
        var url = $"http://127.0.0.1:{FreePorts.Take()}";
        await using var host = await PlainHost.StartAsync(url: url);
        var registration = new ClientRegistration
        {
            Id = "shop",
            Name = "shop",
            AuthenticationMethod = ClientAuthenticationMethod.ClientSecretBasic,
            CreatedAt = default,
            RedirectUris = ["https://shop.example/callback"],
        };
        await host.AddClientAsync(PlainHost.Describe(registration.Id, "secret", registration.RedirectUris[0]));
        var shop = new RelyingParty(new Provider(url, host.Clock, () => new() { BaseAddress = new Uri(url) }), registration, "secret");
        var browser = new Browser(new Uri(url), () => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

        var pushed = await shop.PushAsync(("scope", "openid email offline_access"));
        var requestUri = Uri.EscapeDataString(pushed.Text("request_uri")!);
        var page = await browser.GetAsync($"/connect/authorize?client_id={shop.Id}&request_uri={requestUri}");
        var tokens = await shop.RefreshAsync((await shop.RedeemAsync(page.Code)).RefreshToken);

        Assert.Equal(PlainHost.Person, tokens.IdToken.Subject);
        Assert.True((await shop.IntrospectAsync(tokens.AccessToken)).Body.GetProperty("active").GetBoolean());
        Assert.Equal("ada@example.com", (await shop.UserInfoAsync(tokens.AccessToken)).Body.GetProperty("email").GetString());
        Assert.Equal(HttpStatusCode.OK, (await shop.RevokeAsync(tokens.AccessToken)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UserInfoAsync(tokens.AccessToken)).Status);
    }
}
