using System.Net;
using System.Text.RegularExpressions;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Http;

/// <summary>What a sibling or a child host can put into the jar of our host signs nobody in, nor anybody else.</summary>
[Spec("A12")]
[OneDatabase]
public sealed class OwnCookiesTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string Name = "__Host-sso-session";

    [Fact]
    public async Task The_exact_name_once_is_the_session()
    {
        var (ada, _) = await TwoSessionsAsync();
        Assert.Equal("ada", await WhoAsync($"{Name}={ada}"));
        Assert.Equal("ada", await WhoAsync($"other=1; {Name}={ada}; more=2"));
    }

    [Theory]
    [InlineData("__host-sso-session")]
    [InlineData("__HOST-SSO-SESSION")]
    [InlineData("%5F_Host-sso-session")]
    [InlineData("__Host%2Dsso%2Dsession")]
    [InlineData("sso-session")]
    [InlineData("__Secure-sso-session")]
    [InlineData(" __Host-sso-session\t")]
    public async Task Another_spelling_of_the_name_is_another_cookie(string name)
    {
        var (ada, evil) = await TwoSessionsAsync();
        Assert.Equal("nobody", await WhoAsync($"{name}={evil}"));
        Assert.Equal("ada", await WhoAsync($"{name}={evil}; {Name}={ada}"));
        Assert.Equal("ada", await WhoAsync($"{Name}={ada}; {name}={evil}"));
    }

    [Fact]
    public async Task Of_two_with_the_exact_name_neither_counts()
    {
        var (ada, evil) = await TwoSessionsAsync();
        Assert.Equal("nobody", await WhoAsync($"{Name}={evil}; {Name}={ada}"));
        Assert.Equal("nobody", await WhoAsync($"{Name}={ada}; {Name}={evil}"));
        Assert.Equal("nobody", await WhoAsync($"{Name}={ada}; {Name}="));
        Assert.Equal("nobody", await WhoAsync($"{Name}={ada}", $"{Name}={evil}"));
    }

    [Fact]
    public async Task After_a_doubled_cookie_the_visit_begins_anew_with_a_session_of_its_own()
    {
        var (ada, evil) = await TwoSessionsAsync();
        var browser = server.OpenBrowser();
        browser.Headers.Add(("Cookie", $"{Name}={evil}; {Name}={ada}"));
        var page = await browser.GetAsync("/account");
        Assert.Equal("/signin", page.Path);
        browser.Headers.Clear();
        var cy = await (await server.AddPersonAsync("cy")).WithAppAsync();
        await Journey.AppAsync(browser, await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), cy), cy);
        Assert.DoesNotContain(browser.Cookie(Name), (string[])[ada, evil]);
    }

    /// <summary>Ada's session, and the one that an attacker made for themselves.</summary>
    private async Task<(string Ada, string Evil)> TwoSessionsAsync()
    {
        await server.ForgetAttemptsAsync();
        return (await SessionOfAsync("ada"), await SessionOfAsync("evil"));
    }

    private async Task<string> SessionOfAsync(string name)
    {
        var browser = server.OpenBrowser();
        await Journey.SignInAsync(browser, await (await server.AddPersonAsync(name)).WithAppAsync(), "/account");
        return browser.Cookie(Name)!;
    }

    private async Task<string> WhoAsync(params string[] cookies)
    {
        using var client = server.Backchannel();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/account");
        request.Headers.TryAddWithoutValidation("Cookie", cookies);
        using var answer = await client.SendAsync(request);
        var page = await answer.Content.ReadAsStringAsync();
        // By the whole address: four letters alone stand now and then in the random part of a page.
        return answer.StatusCode != HttpStatusCode.OK ? "nobody" : Regex.Match(page, @"(ada|evil)\d+@example\.it").Groups[1].Value;
    }
}
