using System.Text;
using System.Text.RegularExpressions;
using Sso.Admin.Brands;

namespace Sso.Server.Brands;

/// <summary>Two colours that meet on the pages, and their contrast in one scheme.</summary>
internal sealed record ColourPair(string Front, string Back, Colour FrontColour, Colour BackColour, double Needed)
{
    public double Contrast => FrontColour.ContrastWith(BackColour);

    public bool Passes => Contrast >= Needed;
}

/// <summary>The colours of site.css as a brand changes them, read from the style sheets that are served.</summary>
internal static partial class Theme
{
    /// <summary>Foreground, background, and the ratio that WCAG 2.2 asks: 4.5 for text (§1.4.3), 3 for edges and focus (§1.4.11).</summary>
    public static readonly (string Front, string Back, double Ratio)[] Pairs =
    [
        ("text", "surface", 4.5), ("text", "page", 4.5), ("muted", "surface", 4.5),
        ("muted", "page", 4.5), ("link", "surface", 4.5), ("link", "page", 4.5),
        ("accent-text", "accent", 4.5), ("accent-text", "accent-hover", 4.5),
        ("accent-text", "accent-active", 4.5), ("accent-edge", "surface", 3),
        ("border", "surface", 3), ("border", "page", 3), ("focus", "surface", 3),
        ("focus", "page", 3), ("error", "surface", 4.5), ("error", "error-tint", 4.5),
        ("success", "surface", 4.5), ("success", "success-tint", 4.5),
        ("warning", "surface", 4.5), ("warning", "warning-tint", 4.5), ("text", "info-tint", 4.5),
        ("text", "error-tint", 4.5), ("text", "success-tint", 4.5),
        ("text", "warning-tint", 4.5), ("text", "sunken", 4.5), ("link", "info-tint", 4.5),
        ("muted", "sunken", 4.5), ("muted", "info-tint", 4.5), ("link", "sunken", 4.5),
    ];

    public static IReadOnlyList<ColourPair> Read(string siteCss, Brand brand, bool dark)
    {
        var tokens = TokensOf(siteCss, brand, dark);
        return [.. Pairs.Select(pair => new ColourPair(pair.Front, pair.Back, tokens[pair.Front], tokens[pair.Back], pair.Ratio))];
    }

    /// <summary>What makes pages of this scheme on any device; it comes after the style sheet of the brand.</summary>
    public static string Always(string siteCss, Brand brand, bool dark)
    {
        var colours = string.Concat(TokensOf(siteCss, brand, dark).Select(token => $"--{token.Key}:{token.Value};"));
        // The plate behind a logo, as in site.css.
        var logo = dark
            ? "height:44px;max-height:44px;padding:4px 8px;border-radius:var(--radius);background:#fff"
            : "height:40px;max-height:40px;padding:0;background:none";
        return $":root{{color-scheme:{(dark ? "dark" : "light")};{colours}}}\n.brand .logo{{{logo}}}\n";
    }

    public static async Task<string> ReadSiteAsync(IWebHostEnvironment environment, CancellationToken cancellation)
    {
        using var css = new StreamReader(environment.WebRootFileProvider.GetFileInfo("css/site.css").CreateReadStream());
        return await css.ReadToEndAsync(cancellation);
    }

    private static Dictionary<string, Colour> TokensOf(string siteCss, Brand brand, bool dark)
    {
        var tokens = TokensOf(siteCss, dark);
        foreach (var (name, colour) in brand.Stylesheet is { } sheet ? TokensOf(Encoding.ASCII.GetString(sheet.Content), dark) : [])
        {
            tokens[name] = colour;
        }

        return tokens;
    }

    /// <summary>What applies in both schemes, then what the dark one changes; a brand sets each scheme separately.</summary>
    private static Dictionary<string, Colour> TokensOf(string css, bool dark)
    {
        var tokens = new Dictionary<string, Colour>(StringComparer.Ordinal);
        foreach (var root in Root().Matches(css).Where(root => Applies(root.Groups["scheme"].Value, dark)))
        {
            foreach (var token in Token().Matches(root.Value).Cast<Match>())
            {
                tokens[token.Groups[1].Value] = Colour.Parse("#" + SixDigits(token.Groups[2].Value));
            }
        }

        return tokens;
    }

    private static bool Applies(string scheme, bool dark) => scheme is "" || scheme == (dark ? "dark" : "light");

    private static string SixDigits(string hex) => hex.Length == 3 ? string.Concat(hex.Select(digit => new string(digit, 2))) : hex;

    [GeneratedRegex(@"(@media \(prefers-color-scheme: ?(?<scheme>light|dark)\) ?\{\s*)?:root ?\{[^}]*\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Root();

    [GeneratedRegex(@"--([a-z-]+): ?#([0-9a-f]{6}|[0-9a-f]{3})\b")]
    private static partial Regex Token();
}
