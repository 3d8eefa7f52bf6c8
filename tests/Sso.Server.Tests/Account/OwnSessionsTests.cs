using System.Net;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Account;

[OneDatabase]
public sealed class OwnSessionsTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    [Spec("S46")]
    public async Task The_list_marks_this_browser_and_ends_another_with_what_applications_got_from_it()
    {
        var (shop, ada) = (await server.RegisterAsync("shop"), await (await server.AddPersonAsync("ada")).WithAppAsync());
        var elsewhere = server.OpenBrowser();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(elsewhere, ada, ("scope", "openid offline_access"))).Code);
        var here = server.OpenBrowser();
        await Journey.SignInAsync(here, ada, "/account");

        var page = await here.GetAsync("/account/sessions");
        Assert.Equal(2, page.Document.QuerySelectorAll("ul.rows > li").Length);
        Assert.Contains("Questa sessione", page.Document.QuerySelector("ul.rows > li")!.TextContent, StringComparison.Ordinal);
        page = await here.SubmitAsync(page, ("session", Value(page, "session")));

        Assert.Contains("La sessione è terminata", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Single(page.Document.QuerySelectorAll("ul.rows > li"));
        Assert.Equal("/signin", (await elsewhere.GetAsync("/account")).Path);
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal("/account", (await here.GetAsync("/account")).Path);
    }

    [Fact]
    [Spec("S46")]
    public async Task All_others_end_and_this_one_keeps_its_applications()
    {
        var (shop, ada) = (await server.RegisterAsync("shop"), await (await server.AddPersonAsync("ada")).WithAppAsync());
        var (here, second, third) = (server.OpenBrowser(), server.OpenBrowser(), server.OpenBrowser());
        await Journey.SignInAsync(second, ada, "/account");
        await Journey.SignInAsync(third, ada, "/account");
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(here, ada, ("scope", "openid offline_access"))).Code);

        await here.SubmitAsync(await here.GetAsync("/account/sessions"), "others");

        Assert.Equal("/signin", (await second.GetAsync("/account")).Path);
        Assert.Equal("/signin", (await third.GetAsync("/account")).Path);
        Assert.Equal(HttpStatusCode.OK, (await shop.RefreshAsync(tokens.RefreshToken)).Status);
    }

    [Fact]
    [Spec("S46")]
    [Spec("S114")]
    public async Task Nobody_ends_the_session_of_somebody_else()
    {
        var (ada, bob) =
            (await (await server.AddPersonAsync("ada")).WithAppAsync(), await (await server.AddPersonAsync("bob")).WithAppAsync());
        var (hers, his, hisOther) = (server.OpenBrowser(), server.OpenBrowser(), server.OpenBrowser());
        await Journey.SignInAsync(hers, ada, "/account");
        await Journey.SignInAsync(hisOther, bob, "/account");
        await Journey.SignInAsync(his, bob, "/account");
        await using var database = server.OpenDatabase();
        var target = database.Sessions.Single(session => session.PersonId == ada.Id).Id;

        var page = await his.SubmitAsync(await his.GetAsync("/account/sessions"), ("session", target.ToString()));

        Assert.Contains("era già terminata", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal("/account", (await hers.GetAsync("/account")).Path);
    }

    [Fact]
    [Spec("S46")]
    public async Task Ending_one_asks_for_a_fresh_proof_and_looking_does_not()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var (here, elsewhere) = (server.OpenBrowser(), server.OpenBrowser());
        await Journey.SignInAsync(elsewhere, ada, "/account");
        await Journey.SignInAsync(here, ada, "/account");
        await server.PassAsync(TimeSpan.FromMinutes(6));

        var page = await here.GetAsync("/account/sessions");
        Assert.Equal("/account/sessions", page.Path);
        Assert.Equal("/signin", (await here.SubmitAsync(page, ("session", Value(page, "session")))).Path);
        Assert.Equal("/account", (await elsewhere.GetAsync("/account")).Path);
    }

    [Fact]
    [Spec("S46")]
    [Spec("S100")]
    public async Task An_application_is_listed_while_it_holds_access_and_loses_it_at_a_click()
    {
        var (shop, ada) = (await server.RegisterAsync("negozio"), await (await server.AddPersonAsync("ada")).WithAppAsync());
        var browser = server.OpenBrowser();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(browser, ada, ("scope", "openid offline_access"))).Code);

        var page = await browser.GetAsync("/account/apps");
        Assert.Contains("negozio", page.Document.QuerySelector("ul.rows")!.TextContent, StringComparison.Ordinal);
        page = await browser.SubmitAsync(page, ("client", Value(page, "client")));

        Assert.Null(page.Document.QuerySelector("ul.rows"));
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UserInfoAsync(tokens.AccessToken)).Status);
    }

    private static string Value(Page page, string name) => page.Document.QuerySelector($"[name={name}]")!.GetAttribute("value")!;
}
