using System.Diagnostics;
using System.Globalization;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.SignIn;

[Spec("RFC 6238", "5.2")]
public sealed class AppCodesTests(SsoServer server) : IClassFixture<SsoServer>
{
    /// <summary>Of Debian's package of that name: somebody else's reading of the RFC.</summary>
    private const string OathTool = "/usr/bin/oathtool";

    [Fact]
    [Spec("S37")]
    [Spec("A1")]
    public async Task Who_knows_only_the_password_never_sees_the_seed_that_the_owner_activates()
    {
        var flo = await server.AddPersonAsync("flo");
        var (thief, theirs) = await OpenAsync();
        var other = Key(await thief.GetAsync(theirs));
        var (owner, mine) = await OpenAsync();
        var page = await owner.GetAsync(mine);
        Assert.NotEqual(other, Key(page));
        // Each sees its own seed, however often, and neither takes the other's away.
        Assert.Equal(other, Key(await thief.GetAsync(theirs)));
        Assert.Equal(Key(page), Key(await owner.GetAsync(mine)));

        var seed = Data.Factors.Base32.TryDecode(Key(page).Replace(" ", "", StringComparison.Ordinal))!;
        Assert.Equal(
            "/account/mfa/recovery-codes",
            (await owner.SubmitAsync(page, ("Input.Code", AuthenticatorApp.Code(seed, server.Clock.GetUtcNow())))).Path);
        Assert.NotEqual("/account/mfa/app", (await thief.GetAsync(theirs)).Path);

        async Task<(Browser Browser, string Path)> OpenAsync()
        {
            var browser = server.OpenBrowser();
            var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), flo);
            return (browser, "/account/mfa/app" + page.Url.Query);
        }

        static string Key(Page page) => page.Document.QuerySelector("#key")!.TextContent;
    }

    [Fact]
    [Spec("RFC 6238", "4")]
    public async Task What_oathtool_generates_from_the_shown_key_enrols_and_signs_in_and_a_repeat_is_refused()
    {
        Assert.SkipUnless(File.Exists(OathTool), "oathtool is not installed.");
        var flo = await server.AddPersonAsync("flo");
        var browser = server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), flo);
        page = await browser.GetAsync("/account/mfa/app" + page.Url.Query);
        var key = page.Document.QuerySelector("#key")!.TextContent;
        Assert.Equal("/account/mfa/recovery-codes", (await browser.SubmitAsync(page, ("Input.Code", await OathToolAsync(key)))).Path);

        await server.PassAsync(TimeSpan.FromSeconds(30));
        var code = await OathToolAsync(key);
        foreach (var path in (string[])["/account/mfa/recovery-codes", "/signin/verify/app"])
        {
            browser = server.OpenBrowser();
            page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), flo);
            Assert.Equal("/signin/verify/app", page.Path);
            page = await browser.SubmitAsync(page, ("Input.Code", code));
            Assert.Equal(path, page.Path);
        }

        Assert.Contains("è già stato usato", Errors(page), StringComparison.Ordinal);
    }

    [Fact]
    [Spec("S16")]
    public async Task A_code_is_taken_once_over_all_sessions()
    {
        var (first, ada, page) = await AtTheChallengeAsync();
        var second = server.OpenBrowser();
        var other = await Journey.PasswordAsync(second, await second.GetAsync("/account"), ada);
        var code = await server.AppCodeAsync(ada.Id);
        Assert.Equal("/account", (await first.SubmitAsync(page, ("Input.Code", code))).Path);
        var refused = await second.SubmitAsync(other, ("Input.Code", code));
        Assert.Contains("è già stato usato", Errors(refused), StringComparison.Ordinal);
    }

    [Fact]
    [Spec("S18")]
    public async Task Five_wrong_codes_void_the_challenge_and_the_password_is_asked_again()
    {
        var (browser, ada, page) = await AtTheChallengeAsync();
        for (var wrong = 0; wrong < 5; wrong++)
        {
            page = await browser.SubmitAsync(page, ("Input.Code", await WrongAsync(ada)));
        }

        page = await browser.SubmitAsync(page, ("Input.Code", await server.AppCodeAsync(ada.Id)));
        Assert.Equal("/signin", page.Path);
        Assert.Equal("/signin", (await browser.GetAsync("/account")).Path);
    }

    [Theory]
    [Spec("U41")]
    [InlineData("", "Inserisci il codice")]
    [InlineData("12345", "Il codice deve avere 6 cifre")]
    [InlineData("12345a", "Il codice deve avere 6 cifre")]
    public async Task Each_mistake_has_its_own_words_and_costs_no_try(string typed, string words)
    {
        var (browser, ada, page) = await AtTheChallengeAsync();
        for (var mistake = 0; mistake < 7; mistake++)
        {
            page = await browser.SubmitAsync(page, ("Input.Code", typed));
            Assert.Contains(words, Errors(page), StringComparison.Ordinal);
        }

        Assert.Equal("/account", (await browser.SubmitAsync(page, ("Input.Code", await server.AppCodeAsync(ada.Id)))).Path);
    }

    private async Task<(Browser Browser, Customer Customer, Page Page)> AtTheChallengeAsync()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        return (browser, ada, await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), ada));
    }

    private async Task<string> WrongAsync(Customer customer)
    {
        var near = new HashSet<string>();
        for (var step = -1; step <= 1; step++)
        {
            near.Add(await server.AppCodeAsync(customer.Id, step));
        }

        return Enumerable.Range(0, 4).Select(digit => new string((char)('0' + digit), 6)).First(code => !near.Contains(code));
    }

    private static string Errors(Page page) => page.Document.QuerySelector("#error-summary")?.TextContent ?? "";

    private async Task<string> OathToolAsync(string key)
    {
        var now = server.Clock.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        using var tool = Process.Start(
            new ProcessStartInfo(OathTool, ["--totp", "--base32", "--now", now, key]) { RedirectStandardOutput = true })!;
        var code = await tool.StandardOutput.ReadToEndAsync();
        await tool.WaitForExitAsync();
        return code.Trim();
    }
}
