using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Authorization;

[OneDatabase]
public sealed class ConsentPageTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    [Spec("S100")]
    public async Task It_says_who_asks_whom_for_what_where_the_answer_goes_and_for_how_long()
    {
        var shop = await server.RegisterAsync("negozio", client => client.ConsentRequired = true);
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl(("scope", "openid email"))), ada);
        page = await Journey.AppAsync(browser, page, ada);
        Assert.Equal("/consent", page.Path);
        var words = page.Document.QuerySelector("main")!.TextContent;
        foreach (var said in (string[])
        [
            "negozio chiede di accedere", ada.UserName, "vedere il tuo indirizzo e‑mail", "negozio.example", "finché non lo revochi",
        ])
        {
            Assert.Contains(said, words, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Spec("S100")]
    public async Task A_native_application_is_allowed_each_time_and_not_told_to_be_allowed_for_ever()
    {
        var tool = await server.RegisterAsync("tool", client =>
            (client.AuthenticationMethod, client.RedirectUris) = (ClientAuthenticationMethod.None, ["http://127.0.0.1/callback"]));
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync(tool.AuthorizeUrl()), ada);
        page = await Journey.AppAsync(browser, page, ada);

        for (var time = 0; time < 2; time++)
        {
            Assert.Equal("/consent", page.Path);
            Assert.DoesNotContain("finché", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
            Assert.NotNull((await browser.SubmitAsync(page)).Code);
            Assert.Equal("consent_required", (await browser.GetAsync(tool.AuthorizeUrl(("prompt", "none")))).Error);
            page = await browser.GetAsync(tool.AuthorizeUrl());
        }
    }
}
