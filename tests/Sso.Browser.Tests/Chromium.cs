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

    /// <summary>
    /// The same engine without the browser's own windows, which cost more here than the pages do; else the whole browser.
    /// </summary>
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
    /// Waits until the page is there and loaded. Playwright's own WaitForURLAsync and WaitForLoadStateAsync compare first and listen
    /// afterwards, so that they miss what happens between the two and wait for ever.
    /// </summary>
    public static Task ArriveAsync(this IPage page, Func<Uri, bool> there) => Patience.UntilAsync(
        async () => there(new Uri(page.Url)) && await page.IsLoadedAsync(), () => $"the page is still at {page.Url}, or not loaded");

    private static async Task<bool> IsLoadedAsync(this IPage page)
    {
        try
        {
            return await page.EvaluateAsync<bool>("document.readyState === 'complete'");
        }
        // It went on to another page meanwhile.
        catch (PlaywrightException)
        {
            return false;
        }
    }

    public static Task ArriveAsync(this IPage page, string url) => page.ArriveAsync(at => at.OriginalString == url);
}
