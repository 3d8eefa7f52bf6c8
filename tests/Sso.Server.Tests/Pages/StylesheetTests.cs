using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Pages;

public sealed partial class StylesheetTests(SsoServer server) : IClassFixture<SsoServer>
{
    /// <summary>Foreground, background, and the ratio that WCAG 2.2 asks: 4.5 for text (1.4.3), 3 for edges and focus (1.4.11).</summary>
    private static readonly (string Front, string Back, double Ratio)[] Pairs =
    [
        ("text", "surface", 4.5), ("text", "page", 4.5), ("muted", "surface", 4.5), ("muted", "page", 4.5), ("link", "surface", 4.5), ("link", "page", 4.5),
        ("accent-text", "accent", 4.5), ("accent-text", "accent-hover", 4.5), ("accent-text", "accent-active", 4.5), ("accent-edge", "surface", 3),
        ("border", "surface", 3), ("border", "page", 3), ("focus", "surface", 3), ("focus", "page", 3), ("error", "surface", 4.5), ("error", "error-tint", 4.5),
        ("success", "surface", 4.5), ("success", "success-tint", 4.5), ("warning", "surface", 4.5), ("warning", "warning-tint", 4.5), ("text", "info-tint", 4.5),
        ("text", "error-tint", 4.5), ("text", "success-tint", 4.5), ("text", "warning-tint", 4.5), ("text", "sunken", 4.5),
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Spec("U57")]
    public async Task Every_pair_of_colours_has_its_contrast(bool dark)
    {
        var css = await TextAsync("/css/site.css");
        var roots = Root().Matches(css);
        var tokens = Colour().Matches(roots[0].Value).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        foreach (var match in dark ? Colour().Matches(roots[1].Value) : Enumerable.Empty<Match>())
        {
            tokens[match.Groups[1].Value] = match.Groups[2].Value;
        }

        Assert.All(Pairs, pair =>
        {
            var ratio = Contrast(tokens[pair.Front], tokens[pair.Back]);
            Assert.True(ratio >= pair.Ratio, string.Create(CultureInfo.InvariantCulture, $"{pair.Front} on {pair.Back}: {ratio:0.00}"));
        });
    }

    [Theory]
    [InlineData("/css/site.css")]
    [InlineData("/js/site.js")]
    [Spec("U72")]
    public async Task Style_and_script_are_light(string path)
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            await gzip.WriteAsync(System.Text.Encoding.UTF8.GetBytes(await TextAsync(path)));
        }

        Assert.True(packed.Length <= 12 * 1024, $"{packed.Length} bytes");
    }

    [Fact]
    [Spec("U58")]
    [Spec("U59")]
    [Spec("U61")]
    public async Task Dark_less_motion_and_more_contrast_are_provided_for()
    {
        var css = await TextAsync("/css/site.css");
        foreach (var query in (string[])["(prefers-color-scheme: dark)", "(prefers-reduced-motion: reduce)", "(prefers-contrast: more)"])
        {
            Assert.Contains(query, css, StringComparison.Ordinal);
        }

        Assert.Contains("color-scheme: light dark", css, StringComparison.Ordinal);
    }

    private async Task<string> TextAsync(string path)
    {
        using var client = server.Backchannel();
        return await client.GetStringAsync(path);
    }

    private static double Contrast(string one, string other)
    {
        double[] lights = [Luminance(one), Luminance(other)];
        return (lights.Max() + 0.05) / (lights.Min() + 0.05);
    }

    private static double Luminance(string colour)
    {
        var hex = colour.Length == 3 ? string.Concat(colour.Select(digit => new string(digit, 2))) : colour;
        var linear = hex.Chunk(2).Select(pair => int.Parse(pair, NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255d)
            .Select(value => value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4)).ToArray();
        return (0.2126 * linear[0]) + (0.7152 * linear[1]) + (0.0722 * linear[2]);
    }

    [GeneratedRegex(@":root \{[^}]*\}")]
    private static partial Regex Root();

    [GeneratedRegex(@"--([a-z-]+): #([0-9a-f]{3,6});")]
    private static partial Regex Colour();
}
