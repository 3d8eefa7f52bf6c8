using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using Sso.Data.Clients;
using Sso.Protocol.Clients;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Browser.Tests;

/// <summary>
/// What an application does after it got its answer is its own, in a browser that holds our form-action against every hop after a form: it
/// goes on to another port, another host, a program; and a program listens at an address of loopback (RFC 8252 §7).
/// </summary>
public sealed class ApplicationHopsTests : IAsyncLifetime
{
    private readonly SsoServer _server = new() { Url = $"http://localhost:{FreePorts.Take()}" };
    private readonly ConcurrentQueue<string> _violations = new();
    private Peer _application = null!;
    private Peer _elsewhere = null!;
    private IPage _page = null!;

    public async ValueTask InitializeAsync()
    {
        (_application, _elsewhere) = (await Peer.StartAsync(), await Peer.StartAsync());
        _elsewhere.Publish("/arrived", () => "<!doctype html><title>x</title><p id=\"arrived\">x", "text/html");
        await _server.InitializeAsync();
        _page = await Chromium.OpenPageAsync();
        _page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
            {
                _violations.Enqueue(message.Text);
            }
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _page.Context.DisposeAsync();
        await _server.DisposeAsync();
        await _elsewhere.DisposeAsync();
        await _application.DisposeAsync();
    }

    [Theory]
    [Spec("RFC 8252", "7.3")]
    [InlineData("http://[::1]/callback", "[::1]")]
    [InlineData("http://127.0.0.1/callback", "127.0.0.1")]
    public async Task A_program_of_the_computer_gets_its_code(string registered, string host)
    {
        Assert.SkipUnless(host != "[::1]" || HasIPv6(), "This machine has no IPv6.");
        await using var program = await StartAsync(host == "[::1]" ? IPAddress.IPv6Loopback : IPAddress.Loopback);
        var callback = new Uri(program.Urls.Single() + "/callback");
        var tool = await RegisterAsync(registered, client =>
            (client.AuthenticationMethod, client.SecretHash) = (ClientAuthenticationMethod.None, null));

        await SignInAsync(tool, ("redirect_uri", callback.ToString()));
        await _page.ClickAsync("main button.primary");

        await _page.WaitForSelectorAsync("#arrived");
        Assert.StartsWith(callback + "?code=", _page.Url, StringComparison.Ordinal);
        Assert.Empty(_violations);
    }

    [Theory]
    [InlineData("query")]
    [InlineData("form_post")]
    public async Task An_application_goes_on_to_another_port(string mode)
    {
        _application.Paths["/callback"] = http => RedirectTo(http, _elsewhere.At("/arrived").ToString());

        await SignInAsync(await RegisterAsync(_application.At("/callback").ToString()), ("response_mode", mode));

        await _page.WaitForSelectorAsync("#arrived");
        Assert.Contains(_application.Requests, request => request.Path == "/callback");
        Assert.Empty(_violations);
    }

    [Theory]
    [InlineData("query")]
    [InlineData("form_post")]
    [Spec("RFC 8252", "7.1")]
    public async Task An_application_goes_on_to_a_program(string mode)
    {
        const string Program = "com.example.app:/done";
        _application.Paths["/callback"] = http => RedirectTo(http, Program);
        var went = WaitForNavigation(Program);

        await SignInAsync(await RegisterAsync(_application.At("/callback").ToString()), ("response_mode", mode));

        await went;
        Assert.Empty(_violations);
    }

    [Fact]
    public async Task So_it_does_after_consent_and_after_a_refusal()
    {
        _application.Paths["/callback"] = http => RedirectTo(http, _elsewhere.At("/arrived").ToString());
        var shop = await RegisterAsync(_application.At("/callback").ToString(), client => client.ConsentRequired = true);
        await SignInAsync(shop);
        await _page.ClickAsync("main button.primary");
        await _page.WaitForSelectorAsync("#arrived");

        await _page.GotoAsync(_server.Url + shop.AuthorizeUrl(("prompt", "consent")));
        await _page.ClickAsync("main form[action*='handler=Cancel'] button");

        await _page.WaitForSelectorAsync("#arrived");
        Assert.Equal(2, _application.Requests.Count(request => request.Path == "/callback"));
        Assert.Contains("error=access_denied", _application.Requests.Last().Query, StringComparison.Ordinal);
        Assert.Empty(_violations);
    }

    [Fact]
    public async Task So_it_does_after_the_sign_out()
    {
        _application.Publish("/callback", () => "<!doctype html><title>x</title><p id=\"arrived\">x", "text/html");
        _application.Paths["/signed-out"] = http => RedirectTo(http, _elsewhere.At("/arrived").ToString());
        var shop = await RegisterAsync(
            _application.At("/callback").ToString(),
            client => client.PostLogoutRedirectUris = [_application.At("/signed-out").ToString()]);
        await SignInAsync(shop);
        await _page.WaitForSelectorAsync("#arrived");

        var back = Uri.EscapeDataString(_application.At("/signed-out").ToString());
        await _page.GotoAsync($"{_server.Url}/connect/logout?client_id={shop.Id}&post_logout_redirect_uri={back}");
        await _page.ClickAsync("main button.primary");

        await _page.ArriveAsync(_elsewhere.At("/arrived").ToString());
        Assert.Empty(_violations);
    }

    [Fact]
    [Spec("S56")]
    public async Task Where_no_form_leads_to_an_application_forms_stay_with_us()
    {
        var answer = await _page.GotoAsync(_server.Url + "/account");

        Assert.Contains("form-action 'self'", await answer!.HeaderValueAsync("content-security-policy"), StringComparison.Ordinal);
    }

    private Task<RelyingParty> RegisterAsync(string redirectUri, Action<ClientRegistration>? change = null) =>
        _server.RegisterAsync("shop", client =>
        {
            (client.RedirectUris, client.SecondFactor) = ([redirectUri], SecondFactorPolicy.None);
            change?.Invoke(client);
        });

    private async Task SignInAsync(RelyingParty shop, params (string Name, string? Value)[] changes)
    {
        var ada = await _server.AddPersonAsync("ada");
        await _page.GotoAsync(_server.Url + shop.AuthorizeUrl(changes));
        await _page.FillAsync("[name='Input.UserName']", ada.UserName);
        await _page.FillAsync("[name='Input.Password']", SsoServer.Password);
        await _page.ClickAsync("main button.primary");
    }

    /// <summary>The browser asks the system to open what it cannot open itself; a blocked hop is never asked for.</summary>
    private async Task WaitForNavigation(string url)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _page.Request += (_, request) =>
        {
            if (request.Url == url)
            {
                asked.TrySetResult();
            }
        };
        await asked.Task.WaitAsync(Patience.Limit);
    }

    private static bool HasIPv6() => NetworkInterface.GetAllNetworkInterfaces()
        .Any(network => network.GetIPProperties().UnicastAddresses.Any(address => address.Address.Equals(IPAddress.IPv6Loopback)));

    private static Task RedirectTo(HttpContext http, string url)
    {
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = url;
        return Task.CompletedTask;
    }

    private static async Task<WebApplication> StartAsync(IPAddress address)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address, 0));
        var program = builder.Build();
        program.Run(http =>
        {
            http.Response.ContentType = "text/html";
            return http.Response.WriteAsync("<!doctype html><title>x</title><p id=\"arrived\">x");
        });
        await program.StartAsync();
        return program;
    }
}
