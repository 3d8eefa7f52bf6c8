using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting.Internal;
using Sso.Server.Http;
using Sso.Settings;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Server.Tests.Http;

/// <summary>
/// Two proxies in a row before the server, over real connections; the nearer one is trusted by its network, the farther by its address.
/// </summary>
[OneDatabase]
public sealed class TwoProxiesTests : IAsyncLifetime
{
    private readonly SsoServer _server = new()
    {
        Url = $"http://localhost:{FreePorts.Take()}",
        Settings = { "--Sso:TrustedProxies:0=127.0.8.0/30", "--Sso:TrustedProxies:1=127.0.9.1" },
    };

    private ReverseProxy _near = null!;
    private ReverseProxy _far = null!;

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        _near = await ReverseProxy.StartAsync("127.0.8.2", new IPEndPoint(IPAddress.Loopback, new Uri(_server.Url!).Port));
        _far = await ReverseProxy.StartAsync("127.0.9.1", _near.EndPoint);
    }

    public async ValueTask DisposeAsync()
    {
        await _far.DisposeAsync();
        await _near.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    [Spec("A18")]
    public async Task A_customer_signs_in_through_both_and_the_session_knows_the_visitor()
    {
        var shop = await _server.RegisterAsync("shop");
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();

        var answer = await shop.SignInAsync(Open("127.0.0.77"), ada);

        Assert.NotNull((await shop.RedeemAsync(answer.Code)).AccessToken);
        await using var database = _server.OpenDatabase();
        Assert.Equal("127.0.0.77", (await database.Sessions.AsNoTracking().SingleAsync(TestContext.Current.CancellationToken)).Address);
    }

    [Fact]
    [Spec("A18")]
    [Spec("S74")]
    public async Task Ten_failed_names_of_one_visitor_stop_that_one_and_nobody_else()
    {
        for (var person = 0; person < 11; person++)
        {
            var page = await TryAsync("127.0.0.66", $"nobody{person}");
            Assert.Equal((person, person < 10 ? "/signin" : "/signin/blocked"), (person, page.Path));
        }

        Assert.Equal("/signin", (await TryAsync("127.0.0.67", "nobody11")).Path);
    }

    [Fact]
    [Spec("A18")]
    public async Task What_a_visitor_writes_before_the_proxies_counts_for_nothing()
    {
        for (var person = 0; person < 11; person++)
        {
            var page = await TryAsync("127.0.0.65", $"nobody{person}", $"192.0.2.{person}, 127.0.9.1");
            Assert.Equal((person, person < 10 ? "/signin" : "/signin/blocked"), (person, page.Path));
        }
    }

    [Theory]
    [InlineData("10.0.0.0/8", null)]
    [InlineData("2001:db8::/32", null)]
    [InlineData("::1", null)]
    [InlineData("::ffff:10.0.0.1", null)]
    [InlineData("10.0.0.9/8", "named by its first address")]
    [InlineData("10.0.0.0/33", "neither an IP address nor a network")]
    [InlineData("proxy.lan", "neither an IP address nor a network")]
    [InlineData("0.0.0.0/0", "Name the proxies")]
    [InlineData("::/0", "Name the proxies")]
    public void An_entry_is_an_address_or_a_network_and_not_everybody(string entry, string? problem)
    {
        var said = new SsoRules(new HostingEnvironment { EnvironmentName = "Production" })
            .FlawsOf("Sso", new SsoOptions { Issuer = "https://sso.test", TrustedProxies = [entry] }).SingleOrDefault();

        Assert.Equal(problem is null, said is null);
        Assert.Contains(problem ?? "", said ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.1.2.3", true)]
    [InlineData("10.0.0.0/8", "::ffff:10.1.2.3", true)]
    [InlineData("10.0.0.0/8", "11.0.0.1", false)]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1", true)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    [InlineData("2001:db8::/32", "2001:db8:1::1", true)]
    public void A_proxy_is_one_by_its_address_or_its_network(string entry, string peer, bool isOne) =>
        Assert.Equal(isOne, new TrustedProxies(new SsoOptions { TrustedProxies = [entry] }).Contains(IPAddress.Parse(peer)));

    private Browser Open(string visitor) => new(new Uri(_server.Url!), () => ReverseProxy.From(IPAddress.Parse(visitor), _far.EndPoint));

    private async Task<Page> TryAsync(string visitor, string name, string? forwarded = null)
    {
        var browser = Open(visitor);
        if (forwarded is not null)
        {
            browser.Headers.Add(("X-Forwarded-For", forwarded));
        }

        return await browser.SubmitAsync(await browser.GetAsync("/account"), ("Input.UserName", name), ("Input.Password", "sbagliata"));
    }
}
