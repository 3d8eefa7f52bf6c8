using System.Text.RegularExpressions;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.SignIn;

/// <summary>Every test has a server of its own: failures of one address are counted together.</summary>
[OneDatabase]
public sealed class PasswordSignInTests : IAsyncLifetime
{
    private readonly SsoServer _server = new();

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    [Spec("S64")]
    [Spec("U30")]
    public async Task An_unknown_name_a_wrong_password_and_a_disabled_account_get_the_same_answer()
    {
        await _server.AddPersonAsync("ada");
        await _server.AddPersonAsync("ed", person => person.Disable(_server.Clock.GetUtcNow()));
        var answers = new HashSet<string>();
        foreach (var name in (string[])["ada1", "nobody", "ed2"])
        {
            var page = await TryAsync(_server.OpenBrowser(), name, "sbagliata");
            Assert.Equal("/signin", page.Path);
            answers.Add(Comparable(page, name));
        }

        Assert.Single(answers);
    }

    [Fact]
    [Spec("S64")]
    public async Task Only_the_right_password_tells_that_an_account_is_disabled()
    {
        var ed = await _server.AddPersonAsync("ed", person => person.Disable(_server.Clock.GetUtcNow()));
        var page = await TryAsync(_server.OpenBrowser(), ed.UserName, SsoServer.Password);
        Assert.Contains("sospeso", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [Spec("S70")]
    [Spec("S69")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_five_failures_each_further_try_waits_longer_and_nothing_is_tried_meanwhile(bool exists)
    {
        var name = exists ? (await _server.AddPersonAsync("ada")).UserName : "nobody";
        var waits = new List<int>();
        for (var failure = 0; failure < 5; failure++)
        {
            Assert.Equal("/signin", (await TryAsync(_server.OpenBrowser(), name, "sbagliata")).Path);
        }

        for (var failure = 0; failure < 6; failure++)
        {
            var blocked = await TryAsync(_server.OpenBrowser(), name, SsoServer.Password);
            Assert.Equal("/signin/blocked", blocked.Path);
            Assert.Equal(blocked.Parameter("for"), blocked.Headers["Retry-After"]);
            var wait = int.Parse(blocked.Parameter("for")!, null);
            waits.Add(wait);
            // Enough for the windows of the address as well.
            await _server.PassAsync(TimeSpan.FromSeconds(wait) + TimeSpan.FromMinutes(11));
            Assert.Equal("/signin", (await TryAsync(_server.OpenBrowser(), name, "sbagliata")).Path);
        }

        Assert.Equal([30, 60, 120, 240, 480, 900], waits);
    }

    [Theory]
    [Spec("F23")]
    [InlineData("ada\0")]
    [InlineData("\u202eada")]
    [InlineData("' OR 1=1 --")]
    [InlineData("%00%0d%0a")]
    public async Task A_name_that_no_database_can_hold_is_unknown_or_refused_and_never_a_failure(string name)
    {
        var browser = _server.OpenBrowser();
        var page = await TryAsync(browser, name, "sbagliata");
        // A form with a NUL is no form to the framework, and gets the page for those.
        Assert.Equal(name.Contains('\0', StringComparison.Ordinal) ? "/error" : "/signin", page.Path);
        Assert.InRange((int)page.Status, 200, 400);
        page = await browser.SubmitAsync(await browser.GetAsync("/password/forgot"), ("Input.UserName", name));
        Assert.InRange((int)page.Status, 200, 400);
    }

    private static async Task<Page> TryAsync(Browser browser, string name, string password) =>
        await browser.SubmitAsync(await browser.GetAsync("/account"), ("Input.UserName", name), ("Input.Password", password));

    /// <summary>The page without what is random or was typed.</summary>
    private static string Comparable(Page page, string name)
    {
        var text = Regex.Replace(page.Text, "(value|nonce)=\"[A-Za-z0-9_-]{16,}\"", "", RegexOptions.CultureInvariant);
        text = Regex.Replace(text, "challenge&quot;:&quot;[A-Za-z0-9_-]{43}&quot;", "", RegexOptions.CultureInvariant);
        text = Regex.Replace(text, "flow=[A-Za-z0-9_%-]+", "", RegexOptions.CultureInvariant);
        return $"{(int)page.Status} {text.Replace(name, "", StringComparison.Ordinal)}";
    }
}
