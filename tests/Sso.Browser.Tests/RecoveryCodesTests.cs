using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sso.Testing;
using Xunit;

namespace Sso.Browser.Tests;

/// <summary>What leaves the screen: the codes on paper, in a file and on the clipboard.</summary>
public sealed class RecoveryCodesTests
{
    [Fact]
    [Spec("U63")]
    [Spec("U64")]
    public async Task Paper_file_and_clipboard_hold_the_codes_that_are_shown()
    {
        await using var anna = await Visitor.ArriveAsync("it");
        await anna.Page.GotoAsync(anna.Demo.Sso + "/account");
        await anna.SignInAsync();
        await anna.SubmitAsync();
        await anna.ChooseAsync("app");
        await anna.TypeCodeAsync(await anna.AppCodeAsync());
        anna.IsAt("/account/mfa/recovery-codes");
        var codes = await anna.RecoveryCodesAsync();
        Assert.Equal(10, codes.Length);

        await CopyAsync(anna, codes);
        await DownloadAsync(anna, codes);
        await PrintAsync(anna, codes);
    }

    private static async Task CopyAsync(Visitor anna, string[] codes)
    {
        await anna.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await anna.Page.ClickAsync("[data-copy='codes']");
        await anna.Page.WaitForFunctionAsync("() => document.getElementById('status').textContent.length > 0");
        Assert.Equal(string.Join('\n', codes), await anna.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
    }

    private static async Task DownloadAsync(Visitor anna, string[] codes)
    {
        var download = await anna.Page.RunAndWaitForDownloadAsync(() => anna.Page.ClickAsync("[data-download='codes']"));
        Assert.EndsWith(".txt", download.SuggestedFilename, StringComparison.Ordinal);
        var bytes = await File.ReadAllBytesAsync(await download.PathAsync());
        var lines = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(codes, lines[1..]);
        Assert.Contains(anna.Demo.UserName, lines[0], StringComparison.Ordinal);
    }

    private static async Task PrintAsync(Visitor anna, string[] codes)
    {
        await anna.Page.EmulateMediaAsync(new() { Media = Media.Print, ColorScheme = ColorScheme.Dark });
        var shown = await anna.Page.InnerTextAsync("body");
        Assert.All(codes, code => Assert.Contains(code, shown, StringComparison.Ordinal));
        Assert.Contains(anna.Demo.UserName, shown, StringComparison.Ordinal);
        Assert.Contains("Sso", shown, StringComparison.Ordinal);
        Assert.Contains(
            TimeZoneInfo.ConvertTimeBySystemTimeZoneId(TimeProvider.System.GetUtcNow(), "Europe/Rome")
                .ToString("dd/MM/yyyy", CultureInfo.InvariantCulture),
            shown,
            StringComparison.Ordinal);
        foreach (var chrome in (string[])[".languages", "main form", "main .actions", ".skip"])
        {
            Assert.False(await anna.Page.Locator(chrome).First.IsVisibleAsync(), chrome);
        }

        Assert.Empty(await anna.Page.EvaluateAsync<string[]>(NotBlackOnWhite));
        var pdf = Encoding.Latin1.GetString(await anna.Page.PdfAsync(new() { Format = "A4" }));
        Assert.Single(Regex.Matches(pdf, @"/Type\s*/Page\b", RegexOptions.CultureInvariant));
    }

    private const string NotBlackOnWhite = """
        () => Array.from(document.querySelectorAll('body *'))
          .filter((element) => element.checkVisibility() && element.textContent.trim() && !element.closest('script, style, .hide'))
          .map((element) => [getComputedStyle(element), element.outerHTML.slice(0, 80)])
          .filter(([style]) => style.color !== 'rgb(0, 0, 0)'
            || !['rgb(255, 255, 255)', 'rgba(0, 0, 0, 0)'].includes(style.backgroundColor))
          .map(([style, html]) => `${style.color} on ${style.backgroundColor}: ${html}`)
        """;
}
