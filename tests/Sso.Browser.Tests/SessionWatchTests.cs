using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Playwright;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Browser.Tests;

/// <summary>
/// What applications see of the session's end in a real browser: the frame of Session Management, and the frames of Front-Channel Logout.
/// </summary>
public sealed class SessionWatchTests : IAsyncLifetime
{
    /// <summary>Answers the first message that the frame posts back, or "silent" when its time is over.</summary>
    private const string Ask = """
        ([frame, message, time]) => new Promise((resolve) => {
          addEventListener("message", (event) => resolve(event.data));
          const element = document.createElement("iframe");
          element.src = frame;
          element.onload = () => {
            for (let index = 0; index < 1000; index += 1) element.contentWindow.postMessage(message, new URL(frame).origin);
          };
          document.body.append(element);
          setTimeout(() => resolve("silent"), time);
        })
        """;

    private readonly SsoServer _server =
        new() { Url = $"http://localhost:{FreePorts.Take()}", Settings = { "--Sso:SessionManagement=true" } };
    private Peer _peer = null!;

    public async ValueTask InitializeAsync()
    {
        _peer = await Peer.StartAsync();
        foreach (var path in (string[])["/callback", "/signed-out", "/frame"])
        {
            _peer.Paths[path] = http =>
            {
                http.Response.ContentType = "text/html";
                return http.Response.WriteAsync("<!doctype html><title>x</title><body>");
            };
        }

        await _server.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _peer.DisposeAsync();
    }

    /// <summary>Another port of localhost is the same site, so the browser gives the frame its cookie.</summary>
    private string Application => $"http://localhost:{_peer.Address.Port}";

    [Fact]
    [Spec("A41")]
    [Spec("SM01")]
    [Spec("FL02")]
    public async Task The_frame_tells_the_application_and_nobody_else_and_the_sign_out_loads_its_address()
    {
        await using var profile = await Chromium.OpenAsync();
        var page = await profile.NewPageAsync();
        var asked = 0;
        page.Request += (_, request) => asked += request.Url.Contains("/connect/checksession", StringComparison.Ordinal) ? 1 : 0;
        var shop = await _server.RegisterAsync("shop", client =>
        {
            (client.RedirectUris, client.PostLogoutRedirectUris) = ([Application + "/callback"], [Application + "/signed-out"]);
            (client.FrontchannelLogoutUri, client.FrontchannelLogoutSessionRequired) = (Application + "/frame", true);
        });
        var (tokens, state) = await SignInAsync(page, shop);

        Assert.Equal("unchanged", await AskAsync(page, $"{shop.Id} {state}"));
        Assert.Equal("changed", await AskAsync(page, $"another {state}"));
        Assert.Equal("error", await AskAsync(page, "nonsense"));
        // A thousand messages each, and the browser asked the server for the frame once: it keeps it.
        Assert.InRange(asked, 1, 3);
        await page.GotoAsync(_peer.At("/callback").ToString());
        Assert.Equal("silent", await AskAsync(page, $"{shop.Id} {state}", milliseconds: 3000));

        await page.GotoAsync(QueryHelpers.AddQueryString(
            _server.Url + "/connect/logout",
            new Dictionary<string, string?>
            {
                ["id_token_hint"] = tokens.Text("id_token"),
                ["post_logout_redirect_uri"] = Application + "/signed-out",
                ["state"] = "s1",
            }));
        // It goes on by itself once the frames are loaded.
        await page.ArriveAsync(Application + "/signed-out?state=s1");
        var loaded = QueryHelpers.ParseQuery(Assert.Single(_peer.Requests, request => request.Path == "/frame").Query);
        Assert.Equal(["iss", "sid"], loaded.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((_server.Url, tokens.IdToken.GetClaim("sid").Value), (loaded["iss"].ToString(), loaded["sid"].ToString()));
        Assert.Equal("changed", await AskAsync(page, $"{shop.Id} {state}"));
    }

    private async Task<(TokenAnswer Tokens, string State)> SignInAsync(IPage page, RelyingParty shop)
    {
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        await page.GotoAsync(_server.Url + shop.AuthorizeUrl());
        await page.FillAsync("[name='Input.UserName']", ada.UserName);
        await page.FillAsync("[name='Input.Password']", SsoServer.Password);
        await page.ClickAsync("main button.primary");
        await page.WaitForSelectorAsync("[name='Input.Code']");
        await page.FillAsync("[name='Input.Code']", await _server.AppCodeAsync(ada.Id));
        await page.ClickAsync("main button.primary");
        await page.ArriveAsync(at => at.OriginalString.StartsWith(Application + "/callback?", StringComparison.Ordinal));
        var answer = QueryHelpers.ParseQuery(new Uri(page.Url).Query);
        return (await shop.RedeemAsync(answer["code"]), answer["session_state"].ToString());
    }

    /// <param name="milliseconds">Only who expects silence waits as long.</param>
    private Task<string> AskAsync(IPage page, string message, int? milliseconds = null) => page.EvaluateAsync<string>(
        Ask, new object[] { _server.Url + "/connect/checksession", message, milliseconds ?? Patience.Milliseconds });
}
