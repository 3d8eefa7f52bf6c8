using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Sessions;

[OneDatabase]
public sealed class SessionCookiesTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string SessionCookie = "__Host-sso-session";

    [Fact]
    [Spec("S43")]
    [Spec("S51")]
    public async Task Silent_requests_do_not_keep_a_session_alive()
    {
        var shop = await server.RegisterAsync("shop");
        var (browser, _) = await SignedInAsync();
        for (var poll = 0; poll < 6; poll++)
        {
            await server.PassAsync(TimeSpan.FromMinutes(9));
            Assert.NotNull((await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none")))).Code);
        }

        await server.PassAsync(TimeSpan.FromMinutes(9));
        Assert.Equal("login_required", (await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none")))).Error);
    }

    [Fact]
    [Spec("S44")]
    public async Task A_copied_cookie_is_worth_nothing_after_the_sign_out()
    {
        var (browser, _) = await SignedInAsync();
        var thief = server.OpenBrowser();
        thief.SetCookie(SessionCookie, browser.Cookie(SessionCookie)!);
        Assert.Equal("/account", (await thief.GetAsync("/account")).Path);
        var page = await browser.SubmitAsync(await browser.GetAsync("/signout"));
        Assert.Equal("/signedout", page.Path);
        Assert.Equal("/signin", (await thief.GetAsync("/account")).Path);
        Assert.Equal("/signin", (await browser.GetAsync("/account")).Path);
    }

    [Fact]
    [Spec("S40")]
    public async Task The_cookie_changes_at_each_rise_of_proof_and_the_old_one_is_dead()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        var challenge = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), ada);
        var before = browser.Cookie(SessionCookie)!;
        await Journey.AppAsync(browser, challenge, ada);
        Assert.NotEqual(before, browser.Cookie(SessionCookie));
        var thief = server.OpenBrowser();
        thief.SetCookie(SessionCookie, before);
        Assert.Equal("/signin", (await thief.GetAsync("/account")).Path);
    }

    [Fact]
    [Spec("S42")]
    public async Task Every_cookie_is_host_bound_secure_http_only_and_lax()
    {
        using var client = server.Backchannel();
        using var answer = await client.GetAsync("/account");
        using var page = await client.GetAsync(answer.Headers.Location);
        var cookies = answer.Headers.GetValues("Set-Cookie")
            .Concat(page.Headers.TryGetValues("Set-Cookie", out var more) ? more : []).ToList();
        Assert.NotEmpty(cookies);
        Assert.All(cookies, cookie =>
        {
            Assert.StartsWith("__Host-", cookie, StringComparison.Ordinal);
            foreach (var attribute in (string[])["secure", "httponly", "path=/", "samesite=lax"])
            {
                Assert.Contains(attribute, cookie, StringComparison.OrdinalIgnoreCase);
            }

            Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
        });
    }

    private async Task<(Browser Browser, Customer Customer)> SignedInAsync()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        Assert.Equal("/account", (await Journey.SignInAsync(browser, ada, "/account")).Path);
        return (browser, ada);
    }
}
