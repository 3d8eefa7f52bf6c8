using Deque.AxeCore.Commons;
using Microsoft.Playwright;
using Sso.Testing;

namespace Sso.Browser.Tests;

/// <summary>
/// Looks at pages as they stand: axe and our own checks, axe's contrasts in the other colour scheme, and sideways scroll at 320 pixels.
/// Where somebody wants to look as well (SSO_TEST_PICTURES), it leaves a picture of each scheme and width in artifacts/screenshots; they
/// take as long as the rest. What is wrong is gathered, so that one walk tells all of it.
/// </summary>
internal sealed class Gallery(string language)
{
    private const int Narrow = 390;
    private const int Wide = 1280;
    private const int Tall = 900;

    private static readonly bool TakesPictures = Environment.GetEnvironmentVariable("SSO_TEST_PICTURES") is { Length: > 0 };

    private static readonly string Folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "screenshots")).FullName;

    private static readonly string AxeScript = new BundledAxeScriptProvider().GetScript();

    /// <summary>axe ships target-size switched off. A selector for each element that passes would take longer than the rules do.</summary>
    private const string AllRules = """
        { "runOnly": { "type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
          "rules": { "target-size": { "enabled": true } }, "resultTypes": ["violations"], "selectors": false }
        """;

    /// <summary>All that another colour scheme can change.</summary>
    private const string ContrastOnly = """
        { "runOnly": { "type": "rule", "values": ["color-contrast"] }, "resultTypes": ["violations"], "selectors": false }
        """;

    private readonly Dictionary<IPage, ICDPSession> _sessions = [];
    private readonly HashSet<string> _names = [];
    private readonly HashSet<string> _paths = [];
    private readonly List<string> _flaws = [];

    public IReadOnlyCollection<string> Flaws => _flaws;

    public string Language => language;

    /// <summary>Pages of the server that were not looked at; a new page belongs into the walk.</summary>
    public IEnumerable<string> Unseen(params string[] elsewhere) =>
        from file in Directory.EnumerateFiles(
            Path.Combine(Repository.Root, "src", "Sso.Server", "Pages"), "*.cshtml", SearchOption.AllDirectories)
        let first = File.ReadLines(file).FirstOrDefault() ?? ""
        where first.StartsWith("@page \"", StringComparison.Ordinal)
        let path = first.Split('"')[1].Split("/{")[0]
        where !_paths.Contains(path) && !elsewhere.Contains(path)
        select $"{path} was not looked at";

    /// <param name="page">As it stands; afterwards it is wide and light.</param>
    /// <param name="name">Page and state, as in "signin-empty".</param>
    public async Task LookAsync(IPage page, string name)
    {
        if (!_names.Add(name))
        {
            throw new InvalidOperationException($"{name} was looked at before.");
        }

        _paths.Add(Uri.TryCreate(page.Url, UriKind.Absolute, out var url) ? url.AbsolutePath : "");
        if (await page.GetAttributeAsync("html", "lang") is var shown && shown != language)
        {
            _flaws.Add($"{name} is in {shown} and not in {language}");
        }

        await page.SetViewportSizeAsync(320, 200);
        Note(name, "at 320×200", await page.EvaluateAsync<string[]>(PageChecks.AtFourHundredPercent));
        await page.SetViewportSizeAsync(Narrow, Tall);
        Note(name, "with letters twice as large", await page.EvaluateAsync<string[]>(PageChecks.WithLargeLetters));
        await page.EvaluateAsync(AxeScript);
        foreach (var scheme in (ColorScheme[])[ColorScheme.Dark, ColorScheme.Light])
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await page.SetViewportSizeAsync(Narrow, Tall);
            Note(name, $"{scheme}", await FindAsync(page, scheme == ColorScheme.Light ? AllRules : ContrastOnly));
            await PhotographAsync(page, name, scheme, Narrow);
            await page.SetViewportSizeAsync(Wide, Tall);
            await PhotographAsync(page, name, scheme, Wide);
        }

        Note(name, "wide", await page.EvaluateAsync<string[]>(PageChecks.Whole));
    }

    private void Note(string name, string when, IEnumerable<string> found) =>
        _flaws.AddRange(found.Select(flaw => $"{name} {language} {when}: {flaw}"));

    /// <summary>
    /// Rule and element of each violation. One document, no frames: the package's own way opens a page more for each look.
    /// </summary>
    private static Task<string[]> FindAsync(IPage page, string options) => page.EvaluateAsync<string[]>(
        "options => axe.run(document, JSON.parse(options)).then(found => found.violations.flatMap(rule => rule.nodes.map(node "
            + "=> `${rule.id} ${node.html}`)))",
        options);

    /// <summary>
    /// The whole page by the protocol itself: the driver's own way resizes the window for it and packs the picture as small as can be.
    /// </summary>
    private async Task PhotographAsync(IPage page, string name, ColorScheme scheme, int width)
    {
        if (!TakesPictures)
        {
            return;
        }

        if (!_sessions.TryGetValue(page, out var session))
        {
            _sessions[page] = session = await page.Context.NewCDPSessionAsync(page);
        }

        var height = await page.EvaluateAsync<int>("document.documentElement.scrollHeight");
        var answer = await session.SendAsync("Page.captureScreenshot", new()
        {
            ["format"] = "png",
            ["optimizeForSpeed"] = true,
            ["captureBeyondViewport"] = true,
            ["clip"] = new Dictionary<string, object> { ["x"] = 0, ["y"] = 0, ["width"] = width, ["height"] = height, ["scale"] = 1 },
        });
        var file = $"{name}-{language}-{(scheme == ColorScheme.Dark ? "dark" : "light")}-{width}.png";
        await File.WriteAllBytesAsync(Path.Combine(Folder, file), answer!.Value.GetProperty("data").GetBytesFromBase64());
    }
}
