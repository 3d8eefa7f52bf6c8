using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Sessions;

/// <summary>The frame by which applications watch the session, where an operator switched it on.</summary>
[Spec("Session Management", "3.2")]
[OneDatabase]
public sealed partial class SessionManagementTests : IAsyncLifetime
{
    private readonly SsoServer _server = new() { Settings = { "--Sso:SessionManagement=true" } };

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    [Spec("SM01")]
    public async Task The_metadata_name_the_frame_with_https()
    {
        using var client = _server.Backchannel();
        using var metadata = JsonDocument.Parse(await client.GetStringAsync("/.well-known/openid-configuration"));
        Assert.Equal(SsoServer.Issuer + "/connect/checksession", metadata.RootElement.GetProperty("check_session_iframe").GetString());
        Assert.StartsWith("https://", metadata.RootElement.GetProperty("end_session_endpoint").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_state_in_the_answer_is_what_the_frame_computes_until_the_session_ends()
    {
        var shop = await _server.RegisterAsync("shop");
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        var browser = _server.OpenBrowser();
        var first = (await shop.SignInAsync(browser, ada)).Parameter("session_state")!;
        Assert.True(IsUnchanged(browser, shop.Id, first));
        var second = (await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none")))).Parameter("session_state")!;
        Assert.NotEqual(first, second);
        Assert.True(IsUnchanged(browser, shop.Id, second));
        Assert.False(IsUnchanged(browser, "another", first));
        await browser.SubmitAsync(await browser.GetAsync("/signout"));
        Assert.False(IsUnchanged(browser, shop.Id, first));
        await shop.SignInAsync(browser, ada);
        Assert.False(IsUnchanged(browser, shop.Id, first));
    }

    [Fact]
    public async Task The_cookie_of_the_frame_opens_nothing()
    {
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        var browser = _server.OpenBrowser();
        await Journey.SignInAsync(browser, ada, "/account");
        var thief = _server.OpenBrowser();
        thief.SetCookie("__Host-sso-session", browser.Cookie("__Host-sso-state")!);
        Assert.Equal("/signin", (await thief.GetAsync("/account")).Path);
        Assert.DoesNotContain(browser.Cookie("__Host-sso-state")!, browser.Cookie("__Host-sso-session")!, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("A41")]
    public async Task The_frame_is_kept_by_browsers_asks_the_server_nothing_and_knows_registered_origins_only()
    {
        await _server.RegisterAsync("shop");
        using var client = _server.Backchannel();
        var before = _server.Statements.Reads;
        using var answer = await client.GetAsync("/connect/checksession");
        Assert.Equal(before, _server.Statements.Reads);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Equal(
            "public, max-age=300",
            answer.Headers.CacheControl!.ToString().Replace("max-age=300, public", "public, max-age=300", StringComparison.Ordinal));
        Assert.NotNull(answer.Headers.ETag);
        using var again = new HttpRequestMessage(
            HttpMethod.Get, "/connect/checksession")
        { Headers = { IfNoneMatch = { answer.Headers.ETag } } };
        Assert.Equal(HttpStatusCode.NotModified, (await client.SendAsync(again)).StatusCode);

        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        var script = Script().Match(page).Groups[1].Value;
        Assert.Contains(
            $"script-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'",
            policy, StringComparison.Ordinal);
        // Nothing is there by which a message could reach the server.
        Assert.DoesNotContain("connect-src", policy, StringComparison.Ordinal);
        Assert.DoesNotMatch("fetch|XMLHttpRequest|sendBeacon|WebSocket|import|location", script);
        Assert.False(answer.Headers.Contains("X-Frame-Options"));
        Assert.Contains(Hash("https://shop.example")[..16], page, StringComparison.Ordinal);
        Assert.DoesNotContain(Hash("https://evil.example")[..16], page, StringComparison.Ordinal);
        Assert.DoesNotContain("shop.example", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_off_unless_it_is_switched_on()
    {
        await using var second = await _server.StartSecondNodeAsync();
        var shop = await _server.RegisterAsync("shop");
        await second.ReloadAsync();
        using var client = second.Backchannel();
        Assert.DoesNotContain(
            "check_session_iframe", await client.GetStringAsync("/.well-known/openid-configuration"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/connect/checksession")).StatusCode);
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        var browser = second.OpenBrowser();
        Assert.Null((await shop.On(second).SignInAsync(browser, ada)).Parameter("session_state"));
        Assert.Null(browser.Cookie("__Host-sso-state"));
    }

    /// <summary>Session Management §3.2, as the script of the frame does it.</summary>
    private static bool IsUnchanged(Browser browser, string clientId, string sessionState)
    {
        var parts = sessionState.Split('.');
        return Hash($"{clientId} https://shop.example {browser.Cookie("__Host-sso-state")} {parts[1]}") == parts[0];
    }

    private static string Hash(string text) => System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    [GeneratedRegex("<script>(.*)</script>", RegexOptions.Singleline)]
    private static partial Regex Script();
}
