using System.Net;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Account;

public sealed class NotMeTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    [Spec("S46")]
    public async Task Nothing_opens_any_more_on_either_node_from_the_click_on()
    {
        await using var second = await server.StartSecondNodeAsync();
        var (shop, ada) = (await server.RegisterAsync("shop"), await (await server.AddPersonAsync("ada")).WithAppAsync());
        var (here, elsewhere) = (server.OpenBrowser(), server.OpenBrowser());
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(elsewhere, ada, ("scope", "openid offline_access"))).Code);
        await Journey.SignInAsync(here, ada, "/account");
        elsewhere.MoveTo(second);
        await second.ReloadAsync();

        var page = await here.SubmitAsync(await here.GetAsync("/account/not-me"));

        // No time passes on the clock: the limit of five seconds is not needed.
        Assert.Equal("/password/sent", page.Path);
        Assert.Equal("/signin", (await here.GetAsync("/account")).Path);
        Assert.Equal("/signin", (await elsewhere.GetAsync("/account")).Path);
        Assert.Equal("invalid_grant", (await shop.On(second).RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.On(second).UserInfoAsync(tokens.AccessToken)).Status);
        Assert.Equal("/signin", (await Journey.PasswordAsync(here, await here.GetAsync("/account"), ada)).Path);
        Assert.Contains(await ada.MailsAsync(), mail => mail.Text.Contains("password/reset?link=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_confirmed_address_the_owner_is_not_shut_out()
    {
        var ada = await (await server.AddPersonAsync("ada", person => person.EmailConfirmed = false)).WithAppAsync();
        var (here, elsewhere) = (server.OpenBrowser(), server.OpenBrowser());
        await Journey.SignInAsync(elsewhere, ada, "/account");
        await Journey.SignInAsync(here, ada, "/account");

        var page = await here.SubmitAsync(await here.GetAsync("/account/not-me"));

        Assert.Equal("/account/password", page.Path);
        Assert.Equal("/signin", (await elsewhere.GetAsync("/account")).Path);
    }
}
