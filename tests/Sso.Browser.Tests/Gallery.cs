using Deque.AxeCore.Commons;
using Microsoft.Playwright;
using Sso.Testing;

namespace Sso.Browser.Tests;

/// <summary>
/// Looks at pages as they stand: axe in both colour schemes, sideways scroll at 320 pixels, and a picture of each scheme and width in
/// artifacts/screenshots. What is wrong is gathered, so that one walk tells all of it.
/// </summary>
internal sealed class Gallery(string language)
{
    private const int Narrow = 390;
    private const int Wide = 1280;

    private static readonly string Folder = Path.Combine(Repository.Root, "artifacts", "screenshots");

    private static readonly string AxeScript = new BundledAxeScriptProvider().GetScript();

    /// <summary>axe ships target-size switched off.</summary>
    private const string AllRules = """
        { "runOnly": { "type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
          "rules": { "target-size": { "enabled": true } } }
        """;

    /// <summary>All that another colour scheme can change.</summary>
    private const string ContrastOnly = """{ "runOnly": { "type": "rule", "values": ["color-contrast"] } }""";

    private readonly HashSet<string> _names = [];
    private readonly List<string> _flaws = [];

    public IReadOnlyCollection<string> Flaws => _flaws;

    /// <param name="page">As it stands; afterwards it is wide and light.</param>
    /// <param name="name">Page and state, as in "signin-empty".</param>
    /// <param name="bilingual">The page says everything in Italian and then in English.</param>
    public async Task LookAsync(IPage page, string name, bool bilingual = false)
    {
        if (!_names.Add(name))
        {
            throw new InvalidOperationException($"{name} was looked at before.");
        }

        var (shown, wanted) = (await page.GetAttributeAsync("html", "lang"), bilingual ? "it" : language);
        if (shown != wanted)
        {
            _flaws.Add($"{name} is in {shown} and not in {wanted}");
        }

        await page.SetViewportSizeAsync(320, 640);
        if (await page.EvaluateAsync<int>("document.documentElement.scrollWidth") is > 320 and var width)
        {
            _flaws.Add($"{name} {language}: {width} pixels wide in a window of 320");
        }

        await page.EvaluateAsync(AxeScript);
        foreach (var scheme in (ColorScheme[])[ColorScheme.Dark, ColorScheme.Light])
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await page.SetViewportSizeAsync(Narrow, 900);
            var violations = await FindAsync(page, scheme == ColorScheme.Light ? AllRules : ContrastOnly);
            _flaws.AddRange(violations.Select(violation => $"{name} {language} {scheme}: {violation}"));
            await PhotographAsync(page, name, scheme, Narrow);
            await page.SetViewportSizeAsync(Wide, 900);
            await PhotographAsync(page, name, scheme, Wide);
        }
    }

    /// <summary>Rule and element of each violation. One document, no frames: the package's own way opens a page more for each look.</summary>
    private static Task<string[]> FindAsync(IPage page, string options) => page.EvaluateAsync<string[]>(
        "options => axe.run(document, JSON.parse(options)).then(found => found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id} ${node.html}`)))",
        options);

    private async Task PhotographAsync(IPage page, string name, ColorScheme scheme, int width)
    {
        var file = $"{name}-{language}-{(scheme == ColorScheme.Dark ? "dark" : "light")}-{width}.png";
        await page.ScreenshotAsync(new() { FullPage = true, Path = Path.Combine(Folder, file) });
    }
}
