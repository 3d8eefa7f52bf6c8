using Microsoft.Playwright;
using Sso.Testing;

namespace Sso.Browser.Tests;

/// <summary>The browser of the tests, and its pages, which wait as long as all tests do (<see cref="Patience"/>).</summary>
internal static class Chromium
{
    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    /// <summary>The same engine without the browser's own windows, which cost more here than the pages do; else the whole browser.</summary>
    private static readonly string Program =
        File.Exists("/usr/bin/chromium-headless-shell") ? "/usr/bin/chromium-headless-shell" : "/usr/bin/chromium";

    public static Task<IBrowser> LaunchAsync(IPlaywright playwright) => playwright.Chromium.LaunchAsync(
        new() { ExecutablePath = Program, Args = Flags, Timeout = Patience.Milliseconds });

    /// <summary>A profile of its own, with nothing in it.</summary>
    public static async Task<IBrowserContext> OpenAsync(this IBrowser browser, BrowserNewContextOptions? options = null)
    {
        var context = await browser.NewContextAsync(options);
        context.SetDefaultTimeout(Patience.Milliseconds);
        return context;
    }

    public static async Task<IPage> OpenPageAsync(this IBrowser browser, BrowserNewContextOptions? options = null) =>
        await (await browser.OpenAsync(options)).NewPageAsync();

    /// <summary>
    /// Waits until the page is there and loaded. Playwright's own WaitForURLAsync compares first and listens afterwards, so it misses an arrival
    /// between the two and waits for ever.
    /// </summary>
    public static async Task ArriveAsync(this IPage page, Func<Uri, bool> there)
    {
        await Patience.UntilAsync(() => there(new Uri(page.Url)), () => $"the page is still at {page.Url}");
        await page.WaitForLoadStateAsync(LoadState.Load);
    }

    public static Task ArriveAsync(this IPage page, string url) => page.ArriveAsync(at => at.OriginalString == url);
}
