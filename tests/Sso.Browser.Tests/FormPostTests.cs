using Microsoft.AspNetCore.WebUtilities;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Browser.Tests;

/// <summary>The page that posts an answer (Form Post Response Mode §2), run by a browser under its own Content-Security-Policy.</summary>
[Spec("FP02")]
public sealed class FormPostTests : IAsyncLifetime
{
    private readonly SsoServer _server = new() { Url = $"http://localhost:{FreePorts.Take()}" };
    private Peer _peer = null!;

    public async ValueTask InitializeAsync()
    {
        _peer = await Peer.StartAsync();
        _peer.Publish("/callback", () => "<!doctype html><title>x</title><p id=\"arrived\">x", "text/html");
        await _server.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _peer.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_answer_arrives_as_a_form_by_itself_or_by_the_button(bool withScript)
    {
        await using var profile = await Chromium.OpenAsync(new() { JavaScriptEnabled = withScript });
        var page = await profile.NewPageAsync();
        var shop = await _server.RegisterAsync("shop", client =>
            (client.RedirectUris, client.SecondFactor) = ([_peer.At("/callback").ToString()], Protocol.Clients.SecondFactorPolicy.None));
        var ada = await _server.AddPersonAsync("ada");

        await page.GotoAsync(_server.Url + shop.AuthorizeUrl(("response_mode", "form_post")));
        await page.FillAsync("[name='Input.UserName']", ada.UserName);
        await page.FillAsync("[name='Input.Password']", SsoServer.Password);
        await page.ClickAsync("main button.primary");
        if (!withScript)
        {
            await page.ClickAsync("form[action$='/callback'] button");
        }

        await page.WaitForSelectorAsync("#arrived");
        Assert.Equal(_peer.At("/callback").ToString(), page.Url);
        var callback = Assert.Single(_peer.Requests, request => request.Path == "/callback");
        Assert.Equal(
            ("POST", "application/x-www-form-urlencoded", ""), (callback.Method, callback.Headers["Content-Type"], callback.Query));
        var answer = QueryHelpers.ParseQuery(callback.Body);
        Assert.Equal("state-1", answer["state"].ToString());
        Assert.NotNull((await shop.RedeemAsync(answer["code"])).AccessToken);
    }
}
