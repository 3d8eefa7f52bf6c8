using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Http;

/// <summary>
/// What a request says comes back as text or not at all, and what a registration says is followed only where a browser may be sent.
/// </summary>
[OneDatabase]
public sealed class ReflectionTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string Payload = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}`${1}`\u202e";

    [Theory]
    [Spec("A32")]
    [Spec("S59")]
    [InlineData("state", "form_post")]
    [InlineData("state", "query")]
    [InlineData("response_mode", null)]
    [InlineData("redirect_uri", null)]
    [InlineData("client_id", null)]
    [InlineData("prompt", null)]
    [InlineData("scope", "form_post")]
    [InlineData("ui_locales", null)]
    [InlineData("login_hint", null)]
    [InlineData("error_uri", "form_post")]
    [InlineData("error_hint", null)]
    [InlineData("acr_values", "form_post")]
    [InlineData("id_token_hint", "form_post")]
    [InlineData("code_challenge", "form_post")]
    public async Task No_parameter_becomes_markup(string parameter, string? mode)
    {
        var shop = await server.RegisterAsync("shop");
        foreach (var prompt in (string?[])[null, "none"])
        {
            var browser = server.OpenBrowser();
            browser.Watch = (_, text) => Assert.DoesNotContain("<script>alert", text, StringComparison.Ordinal);
            var page = await browser.GetAsync(shop.AuthorizeUrl(("response_mode", mode), ("prompt", prompt), (parameter, Payload)));
            AssertPlain(page);
        }
    }

    [Fact]
    [Spec("A32")]
    [Spec("S60")]
    public async Task The_form_that_goes_back_holds_every_value_as_it_came()
    {
        var shop = await server.RegisterAsync("shop");
        var page = await server.OpenBrowser()
            .GetAsync(shop.AuthorizeUrl(("response_mode", "form_post"), ("prompt", "none"), ("state", Payload)));
        AssertPlain(page);
        Assert.Equal(Payload, page.Document.QuerySelector("input[name=state]")!.GetAttribute("value"));
        Assert.Equal("login_required", page.Document.QuerySelector("input[name=error]")!.GetAttribute("value"));
        Assert.Equal(shop.RedirectUri, page.Document.QuerySelector("form")!.GetAttribute("action"));
        Assert.NotNull(page.Document.QuerySelector("button[type=submit]"));
    }

    [Theory]
    [Spec("A32")]
    [InlineData("/error?about=")]
    [InlineData("/error?about=ExpiredFlow&code=")]
    [InlineData("/error?status=")]
    [InlineData("/signin/blocked?flow=x&for=30&x=")]
    [InlineData("/signout?return=")]
    [InlineData("/password/reset?link=")]
    [InlineData("/not-me?link=")]
    [InlineData("/no-such-page/")]
    [InlineData("/connect/logout?post_logout_redirect_uri=")]
    public async Task No_page_repeats_what_its_address_says(string url)
    {
        var browser = server.OpenBrowser();
        browser.Watch = (_, text) => Assert.DoesNotContain("<script>alert", text, StringComparison.Ordinal);
        AssertPlain(await browser.GetAsync(url + Uri.EscapeDataString(Payload)));
    }

    [Theory]
    [Spec("A31")]
    [InlineData("JaVaScRiPt:alert(1)")]
    [InlineData("javascript://shop.example/%0aalert(1)")]
    [InlineData("data:text/html,<script>alert(1)</script>")]
    [InlineData("VBScript:x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("blob:https://shop.example/x")]
    [InlineData(" javascript:alert(1)")]
    [InlineData("java\tscript:alert(1)")]
    [InlineData("https://shop.example/\r\nSet-Cookie: a=b")]
    public async Task What_was_put_straight_into_the_database_is_neither_followed_nor_linked(string uri)
    {
        var shop = await server.RegisterAsync("shop", client =>
        {
            (client.PolicyUri, client.TermsUri) = (uri, uri);
            client.RedirectUris = [.. client.RedirectUris, uri];
            client.PostLogoutRedirectUris = [.. client.PostLogoutRedirectUris, uri];
        });
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        await server.ForgetAttemptsAsync();
        var browser = server.OpenBrowser();
        browser.Watch = (answer, _) =>
            Assert.DoesNotContain("alert", answer.Headers.Location?.OriginalString ?? "", StringComparison.Ordinal);
        var page = await browser.GetAsync(shop.AuthorizeUrl(("redirect_uri", uri)));
        Assert.Equal("/error", page.Path);
        page = await browser.GetAsync(shop.AuthorizeUrl());
        Assert.DoesNotContain(page.Document.QuerySelectorAll("a[href]"), link => link.GetAttribute("href") == uri);
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(browser, ada)).Code);
        page = await browser.GetAsync(
            $"/connect/logout?id_token_hint={tokens.Text("id_token")}&post_logout_redirect_uri={Uri.EscapeDataString(uri)}");
        Assert.Equal("/error", page.Path);
    }

    [Fact]
    [Spec("S63")]
    public async Task No_page_refers_to_another_origin()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        await server.ForgetAttemptsAsync();
        var browser = server.OpenBrowser();
        var pages = new List<Page> { await browser.GetAsync("/account") };
        await Journey.SignInAsync(browser, ada, "/account");
        foreach (var path in (string[])
        [
            "/account", "/account/mfa", "/account/mfa/app", "/account/mfa/method", "/account/sessions",
            "/account/activity", "/account/apps", "/account/password", "/signout", "/error", "/password/forgot",
        ])
        {
            pages.Add(await browser.GetAsync(path));
        }

        foreach (var page in pages)
        {
            var loaded = page.Document.QuerySelectorAll("[src], link[href], [srcset], object[data]")
                .Select(
                    element =>
                        element.GetAttribute("src") ?? element.GetAttribute("href")
                            ?? element.GetAttribute("srcset") ?? element.GetAttribute("data")!);
            Assert.All(loaded, address => Assert.True(
                (address.StartsWith('/') && !address.StartsWith("//", StringComparison.Ordinal)) || address.StartsWith(
                    "data:image/", StringComparison.Ordinal), $"{page.Path} loads {address}"));
        }
    }

    private static void AssertPlain(Page page)
    {
        if (page.LeftSso)
        {
            return;
        }

        // The error page answers with the status of what it tells.
        Assert.True((int)page.Status < 500 || page.Path == "/error", $"{page.Status}");
        Assert.All(page.Document.Scripts, script => Assert.DoesNotContain("alert", script.TextContent, StringComparison.Ordinal));
        Assert.Empty(page.Document.QuerySelectorAll("[onerror], [onload], [onfocus], img[src='x']"));
    }
}
