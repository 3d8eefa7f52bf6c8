using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Authorization;

/// <summary>A request travels in the address of its pages, so tabs that are left open cost the browser nothing.</summary>
[Spec("S49")]
[OneDatabase]
public sealed class ManyTabsTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const int EightKibibytes = 8 * 1024;

    [Fact]
    public async Task Sixty_open_tabs_do_not_grow_the_header_and_the_newest_five_finish()
    {
        var (shop, ada) = (await server.RegisterAsync("shop"), await (await server.AddPersonAsync("ada")).WithAppAsync());
        var browser = server.OpenBrowser();
        var tabs = new List<Page>();
        for (var tab = 0; tab < 60; tab++)
        {
            tabs.Add(await browser.GetAsync(shop.AuthorizeUrl(("state", $"tab-{tab}"))));
        }

        Assert.All(tabs, tab => Assert.Equal("/signin", tab.Path));
        Assert.InRange(browser.CookieHeader.Length, 1, EightKibibytes);
        Assert.All(tabs, tab => Assert.InRange(tab.Url.PathAndQuery.Length, 1, EightKibibytes));
        var answer = await Journey.PasswordAsync(browser, tabs[^1], ada);
        answer = await Journey.AppAsync(browser, answer, ada);
        Assert.Equal("tab-59", answer.Parameter("state"));
        for (var tab = 55; tab < 59; tab++)
        {
            answer = await browser.GetAsync("/connect/authorize/continue" + tabs[tab].Url.Query);
            Assert.Equal($"tab-{tab}", answer.Parameter("state"));
            Assert.NotNull(answer.Code);
        }

        Assert.InRange(browser.CookieHeader.Length, 1, EightKibibytes);
        await server.PassAsync(TimeSpan.FromMinutes(21));
        var old = await browser.GetAsync(tabs[0].Url.PathAndQuery);
        Assert.Equal("/error", old.Path);
        Assert.NotNull((await browser.GetAsync(shop.AuthorizeUrl())).Code);
    }
}
