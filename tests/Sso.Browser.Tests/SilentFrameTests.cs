using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Playwright;
using Sso.Protocol.Clients;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Browser.Tests;

/// <summary>
/// An application asks in a frame of its page whether somebody is signed in (OIDC Core §3.1.2.1, prompt=none): whatever the response mode,
/// the answer reaches its callback in that frame.
/// </summary>
[Spec("OIDC Core", "3.1.2.1")]
public sealed class SilentFrameTests : IAsyncLifetime
{
    /// <summary>What the callback tells the page around it, or "silent".</summary>
    private const string Ask = """
        ([url, time]) => new Promise((resolve) => {
          addEventListener("message", (event) => resolve(event.data));
          const frame = document.createElement("iframe");
          frame.src = url;
          document.body.append(frame);
          setTimeout(() => resolve("silent"), time);
        })
        """;

    private readonly SsoServer _server = new() { Url = $"http://localhost:{FreePorts.Take()}" };
    private Peer _peer = null!;

    public async ValueTask InitializeAsync()
    {
        _peer = await Peer.StartAsync();
        _peer.Paths["/page"] = http => HtmlAsync(http, "");
        _peer.Paths["/callback"] = async http =>
        {
            var posted = http.Request.HasFormContentType ? "posted" : "";
            await HtmlAsync(http, $"<script>parent.postMessage('{posted}' + location.search + location.hash, '*')</script>");
        };
        await _server.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _peer.DisposeAsync();
    }

    /// <summary>Another port of localhost is the same site, so the browser gives the frame our cookies.</summary>
    private string Application => $"http://localhost:{_peer.Address.Port}";

    [Theory]
    [InlineData("query", "error=login_required", "code=")]
    [InlineData("fragment", "error=login_required", "code=")]
    [InlineData("form_post", "posted", "posted")]
    [InlineData("query.jwt", "response=", "response=")]
    [InlineData("fragment.jwt", "response=", "response=")]
    [InlineData("form_post.jwt", "posted", "posted")]
    public async Task The_answer_reaches_the_frame_in_every_mode(string mode, string refused, string granted)
    {
        await using var profile = await Chromium.OpenAsync();
        var page = await profile.NewPageAsync();
        var shop = await RegisterAsync();
        var url = _server.Url + shop.AuthorizeUrl(("prompt", "none"), ("response_mode", mode));
        await page.GotoAsync(Application + "/page");

        Assert.Contains(refused, await AskAsync(page, url), StringComparison.Ordinal);
        await SignInAsync(page, shop);
        await page.GotoAsync(Application + "/page");
        Assert.Contains(granted, await AskAsync(page, url), StringComparison.Ordinal);

        if (mode == "form_post")
        {
            var answers = _peer.Requests.Where(request => request.Path == "/callback" && request.Method == "POST")
                .Select(request => QueryHelpers.ParseQuery(request.Body)).ToList();
            Assert.Equal("login_required", answers[0]["error"].ToString());
            Assert.NotNull((await shop.RedeemAsync(answers[1]["code"])).AccessToken);
        }
    }

    [Fact]
    public async Task A_request_that_is_refused_reaches_it_too()
    {
        await using var profile = await Chromium.OpenAsync();
        var page = await profile.NewPageAsync();
        var shop = await RegisterAsync();
        await page.GotoAsync(Application + "/page");

        foreach (var wrong in (string[])["&nonce=twice", "&max_age=soon"])
        {
            var url = $"{_server.Url}{shop.AuthorizeUrl(("prompt", "none"), ("response_mode", "form_post"))}{wrong}";
            Assert.StartsWith("posted", await AskAsync(page, url), StringComparison.Ordinal);
        }

        Assert.All(
            _peer.Requests.Where(request => request.Path == "/callback"),
            request => Assert.Equal("invalid_request", QueryHelpers.ParseQuery(request.Body)["error"].ToString()));
    }

    [Fact]
    [Spec("S55")]
    public async Task The_page_of_somebody_else_gets_no_frame()
    {
        await using var profile = await Chromium.OpenAsync();
        var page = await profile.NewPageAsync();
        var shop = await RegisterAsync();
        await SignInAsync(page, shop);
        await using var stranger = await Peer.StartAsync();
        stranger.Paths["/page"] = http => HtmlAsync(http, "");
        await page.GotoAsync($"http://localhost:{stranger.Address.Port}/page");
        var before = _peer.Requests.Count;

        var answer = await AskAsync(
            page, _server.Url + shop.AuthorizeUrl(("prompt", "none"), ("response_mode", "form_post")), milliseconds: 3000);

        Assert.Equal(("silent", before), (answer, _peer.Requests.Count));
    }

    private Task<RelyingParty> RegisterAsync() => _server.RegisterAsync(
        "shop", client => (client.RedirectUris, client.SecondFactor) = ([Application + "/callback"], SecondFactorPolicy.None));

    private async Task SignInAsync(IPage page, RelyingParty shop)
    {
        var ada = await _server.AddPersonAsync("ada");
        await page.GotoAsync(_server.Url + shop.AuthorizeUrl());
        await page.FillAsync("[name='Input.UserName']", ada.UserName);
        await page.FillAsync("[name='Input.Password']", SsoServer.Password);
        await page.ClickAsync("main button.primary");
        await page.ArriveAsync(at => at.OriginalString.StartsWith(Application + "/callback?", StringComparison.Ordinal));
    }

    /// <param name="milliseconds">Only who expects silence waits as long.</param>
    private static Task<string> AskAsync(IPage page, string url, int? milliseconds = null) =>
        page.EvaluateAsync<string>(Ask, new object[] { url, milliseconds ?? Patience.Milliseconds });

    private static Task HtmlAsync(HttpContext http, string body)
    {
        http.Response.ContentType = "text/html";
        return http.Response.WriteAsync("<!doctype html><title>x</title><body>" + body);
    }
}
