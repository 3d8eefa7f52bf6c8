using System.Net;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Http;

[OneDatabase]
public sealed class SecurityHeadersTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Theory]
    [Spec("S55")]
    [Spec("S57")]
    [Spec("U66")]
    [Spec("U68")]
    [InlineData("/error?about=ExpiredFlow")]
    [InlineData("/no-such-page")]
    [InlineData("/signout")]
    [InlineData("/connect/authorize")]
    [InlineData("/connect/token")]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/css/site.css")]
    public async Task Every_answer_carries_them(string path)
    {
        using var client = server.Backchannel();
        using var answer = await client.GetAsync(path);
        var policy = Header(answer, "Content-Security-Policy");
        foreach (var directive in (string[])["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'"])
        {
            Assert.Contains(directive, policy, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("DENY", Header(answer, "X-Frame-Options"));
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
        Assert.Contains("max-age=31536000", Header(answer, "Strict-Transport-Security"), StringComparison.Ordinal);
        var permissions = Header(answer, "Permissions-Policy").Split(", ");
        foreach (var own in (string[])["otp-credentials=(self)", "publickey-credentials-get=(self)", "publickey-credentials-create=(self)"])
        {
            Assert.Contains(own, permissions);
        }
    }

    [Fact]
    [Spec("S56")]
    public async Task The_nonce_is_new_in_each_answer()
    {
        using var client = server.Backchannel();
        var nonces = new HashSet<string>();
        for (var load = 0; load < 3; load++)
        {
            using var answer = await client.GetAsync("/signout");
            nonces.Add(Header(answer, "Content-Security-Policy").Split("'nonce-")[1].Split('\'')[0]);
        }

        Assert.Equal(3, nonces.Count);
    }

    [Fact]
    [Spec("S52")]
    public async Task A_form_without_the_value_of_this_browser_changes_nothing()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var (browser, stranger) = (server.OpenBrowser(), server.OpenBrowser());
        await Journey.SignInAsync(browser, ada, "/account");
        var foreign = (await stranger.GetAsync("/signout")).Document.QuerySelector("[name=__RequestVerificationToken]")!
            .GetAttribute("value")!;
        foreach (var form in (KeyValuePair<string, string>[][])[[], [new("__RequestVerificationToken", foreign)]])
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync("/signout", form)).Status);
        }

        Assert.Equal("/account", (await browser.GetAsync("/account")).Path);
    }

    [Theory]
    [Spec("S62")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("https:evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("/\tevil.example/..//evil.example")]
    [InlineData("\t//evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("/ /evil.example")]
    [InlineData("/%2f/evil.example")]
    [InlineData("%09//evil.example")]
    public async Task A_return_address_never_leaves_us(string back)
    {
        var browser = server.OpenBrowser();
        var page = await browser.GetAsync("/signout");
        var token = page.Document.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        // As it is sent: browsers read some of these as another host where .NET sees a path of ours.
        var sent = new List<string?>();
        browser.Watch = (answer, _) => sent.Add(answer.Headers.TryGetValues("Location", out var values) ? values.Single() : null);
        await browser.PostAsync("/language", [new("__RequestVerificationToken", token), new("to", "en"), new("back", back)]);
        Assert.Equal("/account", sent[0]);
    }

    [Theory]
    [Spec("S59")]
    [InlineData("\"><script>alert(1)</script>")]
    [InlineData("' onfocus='alert(1)")]
    [InlineData("{{7*7}}`${1}")]
    public async Task What_comes_from_outside_is_shown_as_text(string payload)
    {
        var shop = await server.RegisterAsync("shop", client => client.Name = payload);
        var page = await server.OpenBrowser().GetAsync(shop.AuthorizeUrl(("login_hint", payload)));
        Assert.Equal(payload, page.Document.QuerySelector("#username")!.GetAttribute("value"));
        Assert.Contains(payload, page.Document.QuerySelector(".context")!.TextContent, StringComparison.Ordinal);
        Assert.All(page.Document.Scripts, script => Assert.Equal("", script.TextContent));
    }

    private static string Header(HttpResponseMessage answer, string name) => string.Join(", ", answer.Headers.GetValues(name));
}
