using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Sso.Testing;
using Xunit;

namespace Sso.Browser.Tests;

/// <summary>The demo of the README walked through by a person in a real Chromium; axe looks at every page on the way, and every page is photographed.</summary>
public sealed class DemoTests
{
    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private static readonly AxeRunOptions Rules = new()
    {
        RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
        Rules = new Dictionary<string, RuleOptions> { ["target-size"] = new() { Enabled = true } },
    };

    private int _photographs;

    [Theory]
    [Spec("U01")]
    [Spec("U15")]
    [Spec("U53")]
    [Spec("U67")]
    [InlineData("app", "it", true)]
    [InlineData("sms", "en", false)]
    public async Task A_customer_enrols_comes_back_to_the_client_area_and_signs_out(string way, string language, bool script)
    {
        await using var demo = await DemoProcess.StartAsync();
        using var playwright = await Playwright.CreateAsync();
        await using var chromium = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = Flags });
        await using var context = await chromium.NewContextAsync(new() { Locale = language, JavaScriptEnabled = script });
        var page = await context.NewPageAsync();
        var violations = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
            {
                violations.Add(message.Text);
            }
        };

        await page.GotoAsync(demo.Addresses[0]);
        await page.ClickAsync("a[href='/signin']");
        await LookAsync(page, "signin", language, script);
        await page.FillAsync("[name='Input.UserName']", demo.Printed(@"Sign in as\s+(\S+)"));
        await page.FillAsync("[name='Input.Password']", "sbagliata");
        await SubmitAsync(page);
        await LookAsync(page, "signin-error", language, script);
        await page.FillAsync("[name='Input.Password']", demo.Printed(@"Password\s+(\S+)"));
        await SubmitAsync(page);
        await LookAsync(page, "enrol", language, script);
        await SubmitAsync(page);
        await LookAsync(page, "method", language, script);
        await page.CheckAsync($"input[name='Input.Method'][value*='{(way == "app" ? "app" : "sms")}' i]");
        await SubmitAsync(page);
        await (way == "app" ? ByAppAsync(page, language, script) : ByTextAsync(context, page, demo, language, script));
        if (await page.Locator("ol.codes").CountAsync() == 0)
        {
            await LookAsync(page, "recovery-codes-before", language, script);
            await SubmitAsync(page);
        }

        await LookAsync(page, "recovery-codes", language, script);
        await page.FillAsync("[name='Input.Code']", (await page.Locator("ol.codes li").First.InnerTextAsync()).Trim());
        await SubmitAsync(page);
        await LookAsync(page, "done", language, script);
        await page.ClickAsync("main .primary");

        Assert.StartsWith(demo.Addresses[0], page.Url, StringComparison.Ordinal);
        var shown = await page.InnerTextAsync("main");
        Assert.Contains("pwd", shown, StringComparison.Ordinal);
        Assert.Contains(way == "app" ? "otp" : "sms", shown, StringComparison.Ordinal);

        await page.GotoAsync(demo.Addresses[1] + "/account");
        await LookAsync(page, "account", language, script);
        await page.GotoAsync(demo.Addresses[1] + "/account/mfa");
        await LookAsync(page, "mfa", language, script);
        await page.GotoAsync(demo.Addresses[1] + "/error?about=WrongRedirectUri");
        await LookAsync(page, "error", language, script);
        await page.GotoAsync(demo.Addresses[0]);
        await page.ClickAsync("main form button");
        await page.GotoAsync(demo.Addresses[1] + "/account");
        Assert.Contains("/signin", page.Url, StringComparison.Ordinal);
        Assert.Empty(violations);
    }

    private async Task ByAppAsync(IPage page, string language, bool script)
    {
        await LookAsync(page, "app", language, script);
        var seed = AuthenticatorApp.SeedOf(await page.InnerTextAsync("#key"));
        await page.FillAsync("[name='Input.Code']", "12");
        await SubmitAsync(page);
        await LookAsync(page, "app-error", language, script);
        await page.FillAsync("[name='Input.Code']", AuthenticatorApp.Code(seed, TimeProvider.System.GetUtcNow()));
        await SubmitAsync(page);
    }

    private async Task ByTextAsync(IBrowserContext context, IPage page, DemoProcess demo, string language, bool script)
    {
        await LookAsync(page, "sms", language, script);
        await page.FillAsync("main input[type='tel']", "06 1234 5678");
        await SubmitAsync(page);
        await LookAsync(page, "sms-error", language, script);
        await page.FillAsync("main input[type='tel']", "312 345 6789");
        await SubmitAsync(page);
        await LookAsync(page, "sms-code", language, script);
        var phone = await context.NewPageAsync();
        var code = Match.Empty;
        for (var look = 0; look < 50 && !code.Success; look++)
        {
            await phone.GotoAsync(demo.Addresses[1] + "/dev/phone");
            code = Regex.Match(await phone.InnerTextAsync("main"), @"#(\d{6})", RegexOptions.CultureInvariant);
        }

        await LookAsync(phone, "dev-phone", language, script);
        await page.BringToFrontAsync();
        await page.FillAsync("[name='Input.Code']", code.Groups[1].Value);
        await SubmitAsync(page);
    }

    private static Task SubmitAsync(IPage page) => page.ClickAsync("main button.primary");

    /// <summary>axe in both colour schemes (it needs script), no sideways scroll at 320 pixels, and a picture of every kind.</summary>
    private async Task LookAsync(IPage page, string name, string language, bool script)
    {
        foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            if (script)
            {
                var found = (await page.RunAxe(Rules)).Violations;
                Assert.True(found.Length == 0, $"{name} {language} {scheme}: {string.Join("; ", found.Select(item => item.Id + " " + item.Nodes[0].Html))}");
                await page.SetViewportSizeAsync(320, 640);
                Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= 320, $"{name} scrolls sideways at 320 pixels.");
            }

            foreach (var width in (int[])[390, 1280])
            {
                await page.SetViewportSizeAsync(width, 900);
                var file = $"{++_photographs:00}-{name}-{language}-{scheme}-{width}.png".ToLowerInvariant();
                await page.ScreenshotAsync(new() { FullPage = true, Path = Path.Combine(Repository.Root, "artifacts", "screenshots", file) });
            }
        }
    }
}
