using System.Net;
using Microsoft.EntityFrameworkCore;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Authorization;

[Spec("RFC 9126", "2")]
public sealed class PushedAuthorizationTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    [Spec("FG06")]
    [Spec("FS53")]
    public async Task A_pushed_request_signs_in_by_its_name_alone_on_any_node()
    {
        await using var other = await server.StartSecondNodeAsync();
        var (shop, ada) = await ShopAndAdaAsync();
        var pushed = await shop.PushAsync(("state", "s-1"), ("nonce", "n-1"));
        Assert.Equal(HttpStatusCode.Created, pushed.Status);
        Assert.Equal(60, pushed.Body.GetProperty("expires_in").GetInt32());
        Assert.StartsWith("urn:ietf:params:oauth:request_uri:", pushed.Text("request_uri"), StringComparison.Ordinal);

        var browser = server.OpenBrowser();
        browser.MoveTo(other);
        var back = await Journey.SignInAsync(browser, ada, Begin(shop, pushed));

        Assert.Equal("s-1", back.Parameter("state"));
        var tokens = await shop.RedeemAsync(back.Code);
        Assert.Equal("n-1", tokens.IdToken.GetClaim("nonce").Value);
    }

    [Fact]
    [Spec("FG05")]
    [Spec("FS19")]
    [Spec("FS20")]
    public async Task What_stands_beside_the_name_does_not_count()
    {
        var (shop, ada) = await ShopAndAdaAsync();
        var url = Begin(shop, await shop.PushAsync(("state", "pushed"), ("nonce", "pushed")))
            + "&state=other&nonce=other&scope=openid%20phone&response_type=token";
        var back = await Journey.SignInAsync(server.OpenBrowser(), ada, url);
        Assert.Equal("pushed", back.Parameter("state"));
        var tokens = await shop.RedeemAsync(back.Code);
        Assert.Equal(("pushed", "email openid profile"), (tokens.IdToken.GetClaim("nonce").Value, tokens.Text("scope")));
    }

    [Fact]
    [Spec("FS42")]
    public async Task Once_it_was_answered_a_name_begins_nothing()
    {
        var (shop, ada) = await ShopAndAdaAsync();
        var (browser, url) = (server.OpenBrowser(), Begin(shop, await shop.PushAsync()));
        Assert.NotNull((await Journey.SignInAsync(browser, ada, url)).Code);
        Assert.Equal("/error", (await browser.GetAsync(url)).Path);
    }

    [Fact]
    [Spec("FS42")]
    public async Task Of_two_answers_at_once_one_is_given()
    {
        var (shop, ada) = await ShopAndAdaAsync();
        var browser = server.OpenBrowser();
        await shop.SignInAsync(browser, ada);
        var url = Begin(shop, await shop.PushAsync());
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => browser.GetAsync(url)));
        Assert.Single(answers, answer => answer.Code is not null);
    }

    [Theory]
    [Spec("FS43")]
    [InlineData(59, true)]
    [InlineData(61, false)]
    public async Task A_browser_has_a_minute_to_begin(int seconds, bool begins)
    {
        var (shop, _) = await ShopAndAdaAsync();
        var url = Begin(shop, await shop.PushAsync());
        await server.PassAsync(TimeSpan.FromSeconds(seconds));
        Assert.Equal(begins ? "/signin" : "/error", (await server.OpenBrowser().GetAsync(url)).Path);
    }

    [Fact]
    public async Task A_flow_that_began_in_time_has_its_twenty_minutes()
    {
        var (shop, ada) = await ShopAndAdaAsync();
        var browser = server.OpenBrowser();
        var page = await browser.GetAsync(Begin(shop, await shop.PushAsync()));
        await server.PassAsync(TimeSpan.FromMinutes(19));
        page = await Journey.PasswordAsync(browser, page, ada);
        Assert.NotNull((await Journey.AppAsync(browser, page, ada)).Code);
    }

    [Fact]
    [Spec("FS46")]
    public async Task A_name_is_good_for_the_client_that_pushed_it()
    {
        var (shop, _) = await ShopAndAdaAsync();
        var other = await server.RegisterAsync("other");
        var pushed = await shop.PushAsync();
        Assert.Equal("/error", (await server.OpenBrowser().GetAsync(Begin(other, pushed))).Path);
        Assert.Equal("/error", (await server.OpenBrowser().GetAsync(Begin(shop, pushed) + "x")).Path);
    }

    [Theory]
    [Spec("FS24")]
    [Spec("FS25")]
    [Spec("FS28")]
    [Spec("FS47")]
    [Spec("FS49")]
    [Spec("FS52")]
    [InlineData("redirect_uri", null, "invalid_request")]
    [InlineData("redirect_uri", "https://evil.example/callback", "invalid_request")]
    [InlineData("response_type", "code id_token", "unsupported_response_type")]
    [InlineData("request_uri", "urn:ietf:params:oauth:request_uri:x", "invalid_request")]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("scope", "openid unknown", "invalid_scope")]
    [InlineData("client_id", "somebody-else", "invalid_client")]
    public async Task A_bad_request_is_refused_where_it_is_pushed(string parameter, string? value, string error)
    {
        var (shop, _) = await ShopAndAdaAsync();
        var refused = await shop.PushAsync((parameter, value));
        Assert.Equal(error, refused.Error);
        Assert.InRange((int)refused.Status, 400, 401);
    }

    [Fact]
    [Spec("S94")]
    public async Task Nobody_pushes_in_the_name_of_a_confidential_client()
    {
        var (shop, _) = await ShopAndAdaAsync();
        using var form = new FormUrlEncodedContent([new("client_id", shop.Id), new("response_type", "code")]);
        using var client = server.Backchannel();
        using var answer = await client.PostAsync("/connect/par", form);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    [Spec("RFC 9126", "6")]
    [Spec("FS27")]
    public async Task A_client_that_must_push_is_refused_without()
    {
        var strict = await server.RegisterAsync("strict", client => client.RequiresPushedRequests = true);
        Assert.Equal("invalid_request", (await server.OpenBrowser().GetAsync(strict.AuthorizeUrl())).Parameter("error"));
        Assert.Equal("/signin", (await server.OpenBrowser().GetAsync(Begin(strict, await strict.PushAsync()))).Path);
    }

    [Fact]
    [Spec("A29")]
    [Spec("S138")]
    public async Task Neither_the_secret_nor_what_was_pushed_is_readable_in_the_database_or_in_a_cookie()
    {
        server.Log.Everything = true;
        var poster = await server.RegisterAsync(
            "poster", client => client.AuthenticationMethod = ClientAuthenticationMethod.ClientSecretPost);
        var pushed = await poster.PushAsync(("login_hint", "marked-hint"), ("state", "marked-state"));
        var browser = server.OpenBrowser();
        // Every hop: the cookie that could hold them is set on the redirect.
        var headers = new List<string>();
        browser.Watch = (answer, _) => headers.AddRange(
            answer.Headers.Where(header => header.Key is "Set-Cookie" or "Location").SelectMany(header => header.Value));
        var page = await browser.GetAsync(Begin(poster, pushed));
        Assert.Equal("/signin", page.Path);
        Assert.True(headers.Count > 1);
        string[] values = ["marked-hint", "marked-state", poster.Secret!];
        foreach (var value in values.Concat(
            values.Select(text => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text)).TrimEnd('='))))
        {
            Assert.DoesNotContain(headers, header => header.Contains(value, StringComparison.Ordinal));
            Assert.DoesNotContain(server.Log.Lines, line => line.Contains(value, StringComparison.Ordinal));
        }

        await using var database = server.OpenDatabase();
        foreach (var row in await database.PushedRequests.AsNoTracking().ToListAsync())
        {
            var stored = System.Text.Encoding.Latin1.GetString(row.Protected);
            Assert.DoesNotContain("marked", stored, StringComparison.Ordinal);
            Assert.DoesNotContain(pushed.Text("request_uri")!, stored, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Spec("RFC 9126", "2.3")]
    public async Task What_strangers_can_store_in_the_name_of_a_public_client_is_limited()
    {
        await server.ForgetAttemptsAsync();
        var spa = await server.RegisterAsync("spa", client => client.AuthenticationMethod = ClientAuthenticationMethod.None);
        for (var push = 0; push < 60; push++)
        {
            Assert.Equal(HttpStatusCode.Created, (await spa.PushAsync()).Status);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await spa.PushAsync()).Status);
        await server.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.Created, (await spa.PushAsync()).Status);
    }

    private async Task<(RelyingParty Shop, Customer Ada)> ShopAndAdaAsync()
    {
        var shop = await server.RegisterAsync("shop");
        await server.PassAsync(TimeSpan.FromSeconds(1));
        return (shop, await (await server.AddPersonAsync("ada")).WithAppAsync());
    }

    private static string Begin(RelyingParty client, TokenAnswer pushed) =>
        $"/connect/authorize?client_id={client.Id}&request_uri={Uri.EscapeDataString(pushed.Text("request_uri")!)}";
}
