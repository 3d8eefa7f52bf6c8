using System.Text.RegularExpressions;
using Sso.Admin.Brands;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Brands;

/// <summary>
/// Whatever colour an operator types: a brand that is stored keeps every contrast, and a refusal names a shade that would.
/// </summary>
[Spec("U57")]
[OneDatabase]
public sealed partial class BrandColoursTests
{
    /// <summary>A grid through the whole cube, ends included.</summary>
    private static readonly Colour[] Cube =
    [
        .. from red in Enumerable.Range(0, 18) from green in Enumerable.Range(0, 18) from blue in Enumerable.Range(0, 18)
           select new Colour((byte)(red * 15), (byte)(green * 15), (byte)(blue * 15)),
    ];

    [Fact]
    public void An_accent_that_is_taken_has_readable_text_in_every_state_and_an_edge_that_stands_out()
    {
        var taken = 0;
        foreach (var (colour, scheme) in from colour in Cube from scheme in Schemes select (colour, scheme))
        {
            if (AccentShades.FindFlaw(colour, scheme) is null)
            {
                taken++;
                AssertReadable(scheme(colour));
            }
        }

        Assert.InRange(taken, 1000, (2 * Cube.Length) - 1000);
    }

    [Fact]
    public void A_refused_colour_is_told_its_ratio_and_a_shade_that_is_taken()
    {
        foreach (var (colour, scheme) in from colour in Cube from scheme in Schemes select (colour, scheme))
        {
            if (AccentShades.FindFlaw(colour, scheme) is { } flaw)
            {
                Assert.Matches(@"\d\.\d\d:1", flaw.What);
                Assert.Null(AccentShades.FindFlaw(Colour.Parse(Hex().Match(flaw.Remedy).Value), scheme));
            }
        }
    }

    [Fact]
    public void Every_accent_that_is_taken_has_a_dark_one_computed()
    {
        foreach (var colour in Cube)
        {
            AssertReadable(AccentShades.Dark(AccentShades.DarkFrom(colour)));
        }
    }

    [Fact]
    public void A_ground_that_is_taken_keeps_what_stands_on_it_readable_and_a_refusal_names_one_that_does()
    {
        foreach (var colour in Cube)
        {
            var ground = PageTint.FindFlaw(colour) is { } flaw ? Colour.Parse(Hex().Match(flaw.Remedy).Value) : colour;
            Assert.All(PageTint.OnPage, pair => Assert.True(pair.Colour.ContrastWith(ground) >= pair.Ratio, $"{pair.Token} on {ground}"));
        }
    }

    [Theory]
    [InlineData("#ffffff", "#000000", 21)]
    [InlineData("#f58220", "#ffffff", 2.59)]
    [InlineData("#0b57a4", "#ffffff", 7.21)]
    public void The_ratio_is_that_of_wcag(string one, string other, double ratio) =>
        Assert.Equal(ratio, Colour.Parse(one).ContrastWith(Colour.Parse(other)), 0.01);

    [Theory]
    [InlineData("#777777", "Neither dark nor white text")]
    [InlineData("#fff6d6", "does not stand out")]
    public void The_sentence_says_what_fails(string accent, string said) =>
        Assert.Contains(said, AccentShades.FindFlaw(Colour.Parse(accent), AccentShades.Light)!.What, StringComparison.Ordinal);

    private static Func<Colour, AccentShades>[] Schemes => [AccentShades.Light, AccentShades.Dark];

    private static void AssertReadable(AccentShades shades)
    {
        Assert.All(
            (Colour[])[shades.Fill, shades.Hover, shades.Active], fill => Assert.True(shades.Text.ContrastWith(fill) >= 4.5, $"{shades}"));
        Assert.True(shades.Edge.ContrastWith(shades.Surface) >= 3, $"{shades}");
    }

    [GeneratedRegex("#[0-9a-f]{6}")]
    private static partial Regex Hex();
}
