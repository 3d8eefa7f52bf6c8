using Deque.AxeCore.Commons;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Sso.Accounts.Mails;
using Sso.Accounts.Visits;
using Sso.Admin.Brands;
using Sso.Data.Brands;
using Sso.Delivery.Mail;
using Sso.Testing;
using Xunit;

namespace Sso.Browser.Tests;

/// <summary>
/// Every mail as a mail program shows it that knows little: no script, nothing from anywhere else. Where somebody wants to look as well
/// (SSO_TEST_PICTURES), a picture of each width and scheme is left in artifacts/screenshots/mails.
/// </summary>
public sealed class MailsTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string Logo =
        "<svg xmlns='http://www.w3.org/2000/svg' width='300' height='80'><rect x='4' y='4' width='72' height='72' rx='36' fill='#1f6f8b'/>"
            + "<path d='M20 48q10-16 20 0t20 0' fill='none' stroke='#fff' stroke-width='6'/>"
            + "<text x='92' y='54' font-family='sans-serif' font-size='44' font-weight='700' fill='#14343f'>lago.it</text></svg>";

    private static readonly bool TakesPictures = Environment.GetEnvironmentVariable("SSO_TEST_PICTURES") is { Length: > 0 };

    private static readonly string Folder = Path.Combine(Repository.Root, "artifacts", "screenshots", "mails");

    private static readonly string AxeScript = new BundledAxeScriptProvider().GetScript();

    /// <summary>A mail is shown inside the page of a mail program, which has the landmarks.</summary>
    private const string Rules = """
        { "runOnly": { "type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
          "rules": { "target-size": { "enabled": true }, "region": { "enabled": false }, "landmark-one-main": { "enabled": false } } }
        """;

    private const string Shape = """
        () => {
          const flaws = [];
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth > width)
            flaws.push(`${document.documentElement.scrollWidth} pixels wide in a window of ${width}`);
          for (const element of document.querySelectorAll('body *')) {
            const box = element.getBoundingClientRect();
            if (box.width > 0 && box.right > width + 0.5) flaws.push(`reaches out of the window: ${element.outerHTML.slice(0, 80)}`);
          }
          const buttons = Array.from(document.querySelectorAll('a')).filter(link => parseFloat(getComputedStyle(link).paddingLeft) > 0);
          for (const button of buttons) {
            const box = button.getBoundingClientRect();
            if (button.getClientRects().length !== 1) flaws.push(`a button in pieces: ${button.textContent}`);
            if (box.height < 44) flaws.push(`a low button: ${button.textContent}`);
            const card = button.closest('.sunken') ?? button.closest('.card');
            const inside = card.clientWidth - 2 * parseFloat(getComputedStyle(card).paddingLeft);
            if (box.width < inside - 3) flaws.push(`a narrow button: ${box.width} of ${inside} ${button.textContent}`);
          }
          return flaws;
        }
        """;

    [Theory]
    [InlineData("it", null)]
    [InlineData("en", null)]
    [InlineData("it", "Lago")]
    [Spec("U01")]
    [Spec("U15")]
    [Spec("U57")]
    [Spec("U58")]
    public async Task No_mail_breaks_on_a_phone_in_the_dark_or_with_large_letters_and_none_asks_for_a_picture(
        string language, string? brand)
    {
        var logo = brand is null ? null : await PaintAsync();
        await using var profile = await Chromium.OpenAsync();
        var page = await profile.NewPageAsync();
        List<string> flaws = [];
        await page.RouteAsync("**/*", async route =>
        {
            flaws.Add("asked of somebody else: " + route.Request.Url);
            await route.AbortAsync();
        });
        var mails = Write(language, brand, logo);
        Assert.True(mails.Count > 25, $"Only {mails.Count} mails.");
        for (var number = 0; number < mails.Count; number++)
        {
            var html = logo is null
                ? mails[number].Html
                : mails[number].Html.Replace(
                    MailLogo.Address, "data:image/png;base64," + Convert.ToBase64String(logo), StringComparison.Ordinal);
            flaws.AddRange(await LookAsync(page, html, $"{brand ?? "usual"}-{number + 1:00}-{language}"));
        }

        Assert.True(flaws.Count == 0, string.Join('\n', flaws));
    }

    [Fact]
    public async Task A_mail_with_flaws_does_not_pass()
    {
        await using var profile = await Chromium.OpenAsync();
        var flaws = await LookAsync(
            await profile.NewPageAsync(),
            "<html lang='en'><title>x</title><h1>x</h1><div class='card'>"
                + "<a style='padding:12px 20px;color:#fff;background:#f58220' href='https://sso.test/'>"
                + "It was not me: secure my account at once, and tell me what happened</a><p style='width:400px'>x</p></div>",
            name: null);
        foreach (var flaw in (string[])["pixels wide", "in pieces", "narrow", "color-contrast"])
        {
            Assert.Contains(flaws, found => found.Contains(flaw, StringComparison.Ordinal));
        }
    }

    private IReadOnlyList<MailMessage> Write(string language, string? brand, byte[]? logo)
    {
        var shown = brand is null ? server.App.Services.GetRequiredService<BrandDirectory>().Usual : Brand.Of(new BrandRegistration
        {
            Id = "lago",
            Name = brand,
            Accent = "#1f6f8b",
            Logo = logo,
            LogoFormat = MailLogo.Format,
            SupportContact = "aiuto@lago.example",
            PrivacyUrl = "https://lago.example/privacy",
            ContactUrl = "https://lago.example/contatti",
            CreatedAt = server.Clock.GetUtcNow(),
        });
        var visit = new Visit
        {
            Address = "93.45.12.8",
            UserAgent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36",
            FindBrand = () => shown,
        };
        return server.App.Services.GetRequiredService<MailPreview>().Write(visit, language);
    }

    /// <param name="page">A browser with one empty page.</param>
    /// <param name="html">A mail.</param>
    /// <param name="name">Of its pictures; null for none.</param>
    private static async Task<List<string>> LookAsync(IPage page, string html, string? name)
    {
        List<string> flaws = [];
        await page.SetContentAsync(html);
        await page.EvaluateAsync(AxeScript);
        foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            foreach (var width in (int[])[320, 390, 900])
            {
                await page.SetViewportSizeAsync(width, 800);
                await LookAsync($"{scheme} {width}");
                await PhotographAsync(page, name, $"{scheme}-{width}");
            }

            flaws.AddRange((await page.EvaluateAsync<string[]>(
                "options => axe.run(document, JSON.parse(options)).then(found => found.violations.flatMap(rule => rule.nodes.map(node "
                    + "=> `${rule.id} ${node.html}`)))",
                Rules)).Select(flaw => $"{name} {scheme}: {flaw}"));
        }

        // Letters twice as large, as people set them for everything that they read (WCAG 2.2 §1.4.4).
        await page.EvaluateAsync("document.documentElement.style.fontSize = '200%'");
        foreach (var width in (int[])[320, 390])
        {
            await page.SetViewportSizeAsync(width, 800);
            await LookAsync($"{width} at 200 %");
            await PhotographAsync(page, name, $"Large-{width}");
        }

        return flaws;

        async Task LookAsync(string how) =>
            flaws.AddRange((await page.EvaluateAsync<string[]>(Shape)).Select(flaw => $"{name} {how}: {flaw}"));
    }

    private static async Task PhotographAsync(IPage page, string? name, string how)
    {
        if (TakesPictures && name is not null)
        {
            await page.ScreenshotAsync(new() { FullPage = true, Path = Path.Combine(Folder, $"{name}-{how}.png") });
        }
    }

    private static async Task<byte[]> PaintAsync()
    {
        await using var profile = await Chromium.OpenAsync();
        var page = await profile.NewPageAsync();
        await page.SetContentAsync(Logo);
        return await page.Locator("svg").ScreenshotAsync(new() { OmitBackground = true });
    }
}
