using Microsoft.Playwright;
using Sso.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(Sso.Browser.Tests.Chromium))]

namespace Sso.Browser.Tests;

/// <summary>
/// The browser of the tests, one for all of them, and its pages, which wait as long as all tests do (<see cref="Patience"/>). Each visitor
/// has a profile of his own, and no part in those of others.
/// </summary>
public sealed class Chromium : IAsyncLifetime
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

    private static IBrowser? _browser;

    private IPlaywright? _playwright;

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = Program, Args = Flags, Timeout = Patience.Milliseconds });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is { } browser)
        {
            await browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>A profile of its own, with nothing in it.</summary>
    public static async Task<IBrowserContext> OpenAsync(BrowserNewContextOptions? options = null)
    {
        var context = await _browser!.NewContextAsync(options);
        context.SetDefaultTimeout(Patience.Milliseconds);
        return context;
    }

    /// <summary>A page of a profile of its own.</summary>
    public static async Task<IPage> OpenPageAsync(BrowserNewContextOptions? options = null) =>
        await (await OpenAsync(options)).NewPageAsync();
}

/// <summary>Waiting on a page.</summary>
internal static class PageArrival
{

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
