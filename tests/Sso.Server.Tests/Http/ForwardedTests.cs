using System.Net;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Brands;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Http;

/// <summary>Headers about address and host, as proxies send them and as attackers do; the server trusts the proxy at 10.0.0.1.</summary>
[OneDatabase]
public sealed class ForwardedTests : IAsyncLifetime
{
    private readonly SsoServer _server = new() { Settings = { "--Sso:TrustedProxies:0=10.0.0.1" } };

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [Spec("A18")]
    [InlineData("a")]
    [InlineData("")]
    [InlineData("fe80::1%eth0")]
    [InlineData("[fe80::1%25eth0]:1")]
    [InlineData("999.1.1.1, b, ::")]
    [InlineData("thousand")]
    public async Task An_address_that_cannot_be_read_skips_no_limit_and_no_step(string forwarded)
    {
        forwarded = forwarded == "thousand" ? string.Join(", ", Enumerable.Range(0, 1000).Select(number => $"x{number}")) : forwarded;
        for (var person = 0; person < 11; person++)
        {
            var browser = _server.OpenBrowser();
            browser.Address = "10.0.0.1";
            browser.Headers.Add(("X-Forwarded-For", forwarded));
            var page = await TryAsync(browser, $"nobody{person}");
            Assert.Equal((person, person < 10 ? "/signin" : "/signin/blocked"), (person, page.Path));
        }
    }

    [Fact]
    [Spec("A18")]
    [Spec("S74")]
    public async Task Only_the_proxy_is_believed_about_an_address_and_only_its_own_entry()
    {
        foreach (var proxy in (string[])["10.0.0.1", "203.0.113.9"])
        {
            // An attacker who writes another address each time gains nothing: not behind the proxy, which
            // adds the true one, nor without it.
            for (var person = 0; person < 11; person++)
            {
                var browser = _server.OpenBrowser();
                browser.Address = proxy;
                browser.Headers.Add(("X-Forwarded-For", $"192.0.2.{person}" + (proxy == "10.0.0.1" ? ", 198.51.100.7" : "")));
                var page = await TryAsync(browser, $"nobody{person}");
                Assert.Equal((proxy, person, person < 10 ? "/signin" : "/signin/blocked"), (proxy, person, page.Path));
            }
        }
    }

    [Fact]
    [Spec("A18")]
    public async Task A_policy_that_cannot_be_computed_refuses()
    {
        var shop = await _server.RegisterAsync("shop");
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        var browser = _server.OpenBrowser();
        var code = (await shop.SignInAsync(browser, ada)).Code;
        await using (var database = _server.OpenDatabase())
        {
            await database.Database.ExecuteSqlRawAsync("UPDATE \"Sessions\" SET \"Proofs\" = 'nonsense'");
        }

        foreach (var url in (string[])["/account", shop.AuthorizeUrl(), shop.AuthorizeUrl(("prompt", "none"))])
        {
            var page = await browser.GetAsync(url);
            Assert.Equal((url, HttpStatusCode.InternalServerError), (url, page.Status));
            Assert.Null(page.Code);
        }

        await Assert.ThrowsAnyAsync<System.Text.Json.JsonException>(() => shop.RedeemAsync(code));
        await using var rows = _server.OpenDatabase();
        Assert.False(await rows.Grants.AnyAsync());
    }

    [Theory]
    [Spec("S83")]
    [Spec("A17")]
    [InlineData("X-Forwarded-Host", "evil.example")]
    [InlineData("x-forwarded-host", "evil.example, sso.test")]
    [InlineData("X-Forwarded-Host", "sso.test, evil.example:8443")]
    [InlineData("X-Forwarded-Server", "evil.example")]
    [InlineData("X-Original-URL", "https://evil.example/")]
    [InlineData("Forwarded", "for=1.2.3.4;host=evil.example;proto=https, host=evil.example")]
    public async Task No_header_changes_the_address_in_a_mail_a_redirect_or_the_discovery(string name, string value)
    {
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        var browser = _server.OpenBrowser();
        browser.Address = "10.0.0.1";
        browser.Watch = (answer, text) => Assert.DoesNotContain("evil.example", answer.Headers + text, StringComparison.Ordinal);
        // Doubled, as a careless proxy leaves it.
        browser.Headers.Add((name, value));
        browser.Headers.Add((name, value));
        Assert.Contains(
            "\"issuer\":\"https://sso.test\"",
            (await browser.GetAsync("/.well-known/openid-configuration")).Text, StringComparison.Ordinal);
        await browser.SubmitAsync(await browser.GetAsync("/password/forgot"), ("Input.UserName", ada.UserName));
        // A notice as well: of the wrong codes.
        await browser.SubmitAsync(
            await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), ada),
            ("Input.Code", await _server.AppCodeAsync(ada.Id)));
        var mails = await ada.MailsAsync();
        Assert.NotEmpty(mails);
        Assert.All(mails, mail => Assert.DoesNotContain("evil.example", mail.Text + mail.Html, StringComparison.Ordinal));
        Assert.Contains(mails, mail => mail.Text.Contains("https://sso.test/password/reset?link=", StringComparison.Ordinal));
    }

    [Fact]
    [Spec("S143")]
    [Spec("S83")]
    [Spec("A17")]
    public async Task A_request_for_a_host_that_is_none_of_ours_is_refused_on_every_kind_of_route()
    {
        using var client = _server.Backchannel();
        foreach (var host in (string[])
        [
            "evil.example", "sso.test:1@evil.example", "sso.test.evil.example:443", "sso.test.", "10.0.0.5", "localhost",
        ])
        {
            foreach (var path in (string[])
            [
                "/.well-known/openid-configuration", "/connect/token",
                "/connect/authorize?client_id=shop", "/signin", "/account", "/css/site.css", "/nowhere",
            ])
            {
                using var answer = await AskAsync(client, path, host);
                Assert.Equal((host, path, HttpStatusCode.BadRequest), (host, path, answer.StatusCode));
                Assert.False(answer.Headers.Contains("Set-Cookie") || answer.Headers.Location is not null);
                Assert.True(answer.Headers.Contains("Content-Security-Policy"));
                Assert.DoesNotContain("evil.example", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            }

            Assert.Equal(HttpStatusCode.OK, (await AskAsync(client, "/health/ready", host)).StatusCode);
        }

        // An operator whose proxy does not pass the host on reads why, and a scanner does not fill the log.
        Assert.Single(
            _server.Log.Lines,
            line => line.Contains("\"evil.example\"", StringComparison.Ordinal) && line.Contains(
                "name it in Sso:Hosts", StringComparison.Ordinal));
        Assert.Single(_server.Log.Lines, line => line.Contains("name it in Sso:Hosts", StringComparison.Ordinal));
    }

    [Fact]
    [Spec("S143")]
    public async Task Ours_are_the_hosts_of_the_issuer_of_mutual_tls_of_the_settings_and_of_brands()
    {
        await using var node = await _server.StartSecondNodeAsync(
            "--Sso:Hosts:0=inside.lan", "--MutualTls:Enabled=true", "--MutualTls:Address=https://mtls.sso.test");
        using var client = node.Backchannel();
        Assert.Equal(HttpStatusCode.BadRequest, (await AskAsync(client, "/signin", "login.nuvola.example")).StatusCode);
        await using (var database = _server.OpenDatabase())
        {
            database.Brands.Add(
                new BrandRegistration
                {
                    Id = "nuvola",
                    Name = "Nuvola",
                    Accent = "#f58220",
                    Hosts = ["login.nuvola.example"],
                    CreatedAt = _server.Clock.GetUtcNow(),
                });
            await database.SaveChangesAsync();
            await database.RaiseBrandsVersionAsync(CancellationToken.None);
        }

        await node.ReloadAsync();
        foreach (var host in (string[])["sso.test", "SSO.test:8443", "mtls.sso.test", "inside.lan:8080", "login.nuvola.example"])
        {
            using var answer = await AskAsync(client, "/.well-known/openid-configuration", host);
            Assert.Equal((host, HttpStatusCode.OK), (host, answer.StatusCode));
            Assert.Contains("\"issuer\":\"https://sso.test\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await AskAsync(client, "/signin", "other.nuvola.example")).StatusCode);
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient client, string path, string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Host", host);
        return await client.SendAsync(request);
    }

    private static async Task<Page> TryAsync(Browser browser, string name) =>
        await browser.SubmitAsync(await browser.GetAsync("/account"), ("Input.UserName", name), ("Input.Password", "sbagliata"));
}
