using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sso.Testing;
using Xunit;

namespace Sso.Browser.Tests;

/// <summary>A person with a fresh demo before them, in a profile of Chromium that speaks their language.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _violations = new();
    private int _textsRead;

    private Visitor(IDemo demo, IPage page, IPage phone)
    {
        (Demo, Page, Phone) = (demo, page, phone);
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
            {
                _violations.Enqueue(message.Text);
            }
        };
    }

    public IDemo Demo { get; }

    public IPage Page { get; }

    /// <summary>The page that shows the text messages.</summary>
    public IPage Phone { get; }

    /// <summary>What the console said about the Content Security Policy of the pages.</summary>
    public IReadOnlyCollection<string> CspViolations => _violations;

    public string Path => new Uri(Page.Url).AbsolutePath;

    public static async Task<Visitor> ArriveAsync(string language, bool script = true, string secondFactor = "required") =>
        await ArriveAsync(await DemoHost.StartAsync(secondFactor), language, script);

    public static async Task<Visitor> ArriveAsync(IDemo demo, string language, bool script)
    {
        var context = await Chromium.OpenAsync(
            new() { Locale = language, JavaScriptEnabled = script, ReducedMotion = ReducedMotion.Reduce });
        return new Visitor(demo, await context.NewPageAsync(), await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await Page.Context.DisposeAsync();
        await Demo.DisposeAsync();
    }

    /// <summary>Presses what the selector finds and waits for the page that comes.</summary>
    public Task PressAsync(string selector) => AfterLoadAsync(() => Page.ClickAsync(selector));

    /// <summary>Does what leads to another page and waits until that is there.</summary>
    public async Task AfterLoadAsync(Func<Task> act)
    {
        // Listening begins before the press: WaitForLoadStateAsync afterwards can miss a page that is quick.
        var loaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Page.Load += Loaded;
        try
        {
            await act();
            await loaded.Task.WaitAsync(Patience.Limit);
        }
        finally
        {
            Page.Load -= Loaded;
        }

        void Loaded(object? sender, IPage page) => loaded.TrySetResult();
    }

    /// <summary>Follows the link that says this.</summary>
    public Task FollowAsync(string name) => PressAsync($"role=link[name=\"{name}\"]");

    /// <summary>Presses the button that says this.</summary>
    public Task PressNamedAsync(string name) => PressAsync($"role=button[name=\"{name}\"]");

    /// <summary>The page says all of these.</summary>
    public async Task ReadsAsync(params string[] sentences)
    {
        var text = Regex.Replace(await Page.InnerTextAsync("body"), @"\s+", " ", RegexOptions.CultureInvariant);
        Assert.All(sentences, sentence => Assert.Contains(sentence, text, StringComparison.OrdinalIgnoreCase));
    }

    public Task SubmitAsync() => PressAsync("main button.primary");

    public async Task TypeCodeAsync(string code)
    {
        await Page.FillAsync("[name='Input.Code']", code);
        await SubmitAsync();
    }

    public async Task SignInAsync(string? userName = null, string? password = null)
    {
        await Page.FillAsync("[name='Input.UserName']", userName ?? Demo.UserName);
        await Page.FillAsync("[name='Input.Password']", password ?? Demo.Password);
        await SubmitAsync();
    }

    public async Task ChooseAsync(string method)
    {
        await Page.CheckAsync($"[name='Input.Method'][value='{method}']");
        await SubmitAsync();
    }

    public async Task TypeNumberAsync(string number)
    {
        await Page.FillAsync("[name='Input.Number']", number);
        await SubmitAsync();
    }

    /// <summary>What the app on the person's phone shows after the key was typed into it.</summary>
    public async Task<string> AppCodeAsync() =>
        AuthenticatorApp.Code(AuthenticatorApp.SeedOf(await Page.InnerTextAsync("#key")), TimeProvider.System.GetUtcNow());

    /// <summary>The code of the next text message, once it has arrived.</summary>
    public async Task<string> TextCodeAsync()
    {
        List<string> texts = [];
        await Patience.UntilAsync(
            async () =>
            {
                await Phone.GotoAsync(Demo.Phone);
                // Notices hold no code.
                texts =
                [
                    .. (await Phone.Locator(".messages .bubble").AllInnerTextsAsync())
                        .Where(text => text.Contains('#', StringComparison.Ordinal))
                ];
                return texts.Count > _textsRead;
            },
            "a text message comes");
        _textsRead = texts.Count;
        await Page.BringToFrontAsync();
        return Regex.Match(texts[0], @"#(\d{6})", RegexOptions.CultureInvariant).Groups[1].Value;
    }

    /// <summary>The newest mailed link to a page, once it has arrived.</summary>
    public async Task<string> MailedLinkAsync(string path)
    {
        IReadOnlyList<string> links = [];
        await Patience.UntilAsync(
            async () =>
            {
                await Phone.GotoAsync(Demo.Sso + "/dev/mail");
                links = await Phone.Locator($".messages a[href*='{path}']").AllInnerTextsAsync();
                return links.Count > 0;
            },
            "a mail comes");
        await Page.BringToFrontAsync();
        return links[0];
    }

    public async Task<string[]> RecoveryCodesAsync() =>
        [.. (await Page.Locator("ol.codes li").AllInnerTextsAsync()).Select(code => code.Trim())];

    /// <summary>The value of a claim of the ID token as the client area shows it.</summary>
    public Task<string> ClaimAsync(string name) => Page.InnerTextAsync($"[data-source='id_token'] [data-claim='{name}'] dd");

    public void IsAt(string path) => Assert.Equal(path, Path);

    public static async Task<IPage> OpenAsync(IPage page, string url)
    {
        await page.GotoAsync(url);
        return page;
    }

    public static string WrongFor(string code) =>
        ((int.Parse(code, CultureInfo.InvariantCulture) + 1) % 1_000_000).ToString("000000", CultureInfo.InvariantCulture);
}
