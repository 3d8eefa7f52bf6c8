using Sso.Data.Clients;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Token;

/// <summary>ID tokens that say who the person is, for applications that never ask userinfo (OIDC Core §5.4).</summary>
[OneDatabase]
[Spec("OIDC Core", "5.4")]
public sealed class IdTokenClaimsTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    public async Task An_ID_token_says_nothing_of_the_scopes_unless_the_client_is_registered_for_it()
    {
        var (shop, ada) = (await server.RegisterAsync("shop"), await AdaAsync());
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(server.OpenBrowser(), ada)).Code);

        Assert.Equal((null, null), (Said(tokens, "email"), Said(tokens, "name")));
    }

    [Fact]
    public async Task A_client_that_wants_it_gets_name_and_email_in_the_ID_token_as_userinfo_tells_them()
    {
        var (shop, ada) = (await RegisterAsync(), await AdaAsync());
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(server.OpenBrowser(), ada)).Code);
        var told = (await shop.UserInfoAsync(tokens.AccessToken)).Body;

        Assert.Equal((ada.Email, "Ada Lovelace", "True"), (Said(tokens, "email"), Said(tokens, "name"), Said(tokens, "email_verified")));
        Assert.All(told.EnumerateObject(), claim => Assert.Equal(claim.Value.ToString(), Said(tokens, claim.Name), ignoreCase: true));
    }

    [Fact]
    public async Task Only_what_the_granted_scopes_bring_is_said()
    {
        var (shop, ada) = (await RegisterAsync(), await AdaAsync());
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(server.OpenBrowser(), ada, ("scope", "openid email"))).Code);

        Assert.Equal((ada.Email, null), (Said(tokens, "email"), Said(tokens, "name")));
    }

    [Fact]
    [Spec("OIDC Core", "12.2")]
    public async Task A_refreshed_ID_token_says_it_too_as_it_is_by_then_and_no_more_than_the_scope_that_is_asked()
    {
        var (shop, ada) = (await RegisterAsync(), await AdaAsync());
        var first = await shop.RedeemAsync(
            (await shop.SignInAsync(server.OpenBrowser(), ada, ("scope", "openid profile email offline_access"))).Code);
        await using (var database = server.OpenDatabase())
        {
            (await database.Users.FindAsync([ada.Id], TestContext.Current.CancellationToken))!.Name = "Ada Byron";
            await database.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        var second = await shop.RefreshAsync(first.RefreshToken);
        var third = await shop.RefreshAsync(second.RefreshToken, ("scope", "openid profile"));

        Assert.Equal((ada.Email, "Ada Byron"), (Said(second, "email"), Said(second, "name")));
        Assert.Equal((null, "Ada Byron"), (Said(third, "email"), Said(third, "name")));
    }

    [Fact]
    [Spec("RFC 8628", "3.5")]
    public async Task A_device_gets_it_as_well()
    {
        var ada = await AdaAsync();
        var tv = await RegisterAsync(client =>
            (client.AuthenticationMethod, client.RedirectUris, client.GrantTypes) =
                (ClientAuthenticationMethod.None, [], [GrantTypes.DeviceCode]));
        var asked = await tv.AskDeviceAsync(("scope", "openid email"));
        var browser = server.OpenBrowser();
        await Journey.SignInAsync(browser, ada, "/account");
        await browser.SubmitAsync(
            await browser.SubmitAsync(await browser.GetAsync("/device"), ("Input.UserCode", asked.Text("user_code")!)));

        Assert.Equal(ada.Email, Said(await tv.PollAsync(asked), "email"));
    }

    private Task<RelyingParty> RegisterAsync(Action<ClientRegistration>? change = null) => server.RegisterAsync("cluster", client =>
    {
        client.IdTokenClaims = true;
        change?.Invoke(client);
    });

    private async Task<Customer> AdaAsync() =>
        await (await server.AddPersonAsync("ada", person => person.Name = "Ada Lovelace")).WithAppAsync();

    private static string? Said(TokenAnswer tokens, string claim) =>
        tokens.IdToken.TryGetPayloadValue<object>(claim, out var value) ? value.ToString() : null;
}
