using System.IO.Compression;
using Sso.Admin.Brands;
using Sso.Data.Brands;
using Sso.Server.Brands;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Pages;

[OneDatabase]
public sealed class StylesheetTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Spec("U57")]
    public async Task Every_pair_of_colours_has_its_contrast(bool dark)
    {
        var css = await TextAsync("/css/site.css");
        var usual = Brand.Of(new BrandOptions());
        Assert.All(Theme.Read(css, usual, dark), pair => Assert.True(pair.Passes, $"{pair.Front} on {pair.Back}: {pair.Contrast}"));
    }

    [Fact]
    [Spec("U57")]
    public async Task The_colours_against_which_brands_are_checked_are_those_of_the_stylesheet()
    {
        var css = await TextAsync("/css/site.css");
        var (light, dark) =
            (Theme.Read(css, Brand.Of(new BrandOptions()), dark: false), Theme.Read(css, Brand.Of(new BrandOptions()), dark: true));
        Assert.All(PageTint.OnPage, pair => Assert.Equal(pair.Colour, light.First(known => known.Front == pair.Token).FrontColour));
        Assert.Equal(AccentShades.LightSurface, light.First(pair => pair.Back == "surface").BackColour);
        Assert.Equal(AccentShades.DarkSurface, dark.First(pair => pair.Back == "surface").BackColour);
    }

    [Theory]
    [InlineData("#1f6f8b", null, null)]
    [InlineData("#c2410c", "#ffb27a", "#fbf7f2")]
    [InlineData("#ffd400", null, "#ffffff")]
    [InlineData("#000000", null, null)]
    [Spec("U57")]
    public async Task Every_pair_keeps_its_contrast_under_a_brand(string accent, string? darkAccent, string? tint)
    {
        var brand = Brand.Of(
            new BrandRegistration { Id = "x", Name = "X", Accent = accent, DarkAccent = darkAccent, Tint = tint, CreatedAt = default });
        var css = await TextAsync("/css/site.css");
        Assert.All((bool[])[false, true], dark =>
            Assert.All(Theme.Read(css, brand, dark), pair => Assert.True(pair.Passes, $"{pair.Front} on {pair.Back}: {pair.Contrast}")));
        Assert.Contains(Theme.Read(css, brand, dark: false), pair => pair.BackColour == Colour.Parse(accent));
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
}
