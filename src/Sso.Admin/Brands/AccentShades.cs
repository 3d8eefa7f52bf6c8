using System.Globalization;

namespace Sso.Admin.Brands;

/// <summary>
/// What one accent colour becomes on a button: its text, its look under the pointer and when pressed, and its edge. Hovering never costs
/// contrast, because the fill moves away from its text.
/// </summary>
public sealed record AccentShades(Colour Fill, Colour Text, Colour Hover, Colour Active, Colour Edge, Colour Surface)
{
    /// <summary>The card in both schemes and the dark text of the pages, as in site.css; a test compares them.</summary>
    public static readonly Colour LightSurface = Colour.White;

    public static readonly Colour DarkSurface = new(0x1d, 0x23, 0x2a);

    public static readonly Colour Ink = new(0x1b, 0x1f, 0x24);

    private const double TextRatio = 4.5;
    private const double EdgeRatio = 3;

    /// <summary>In the light scheme the edge is a dark shade of the fill: a bright accent has no contrast with white paper.</summary>
    public static AccentShades Light(Colour accent) => Of(accent, accent.Mix(Colour.Black, 0.35), LightSurface);

    /// <summary>In the dark scheme the fill itself is the edge.</summary>
    public static AccentShades Dark(Colour accent) => Of(accent, accent, DarkSurface);

    /// <summary>The accent of the dark scheme if none is given: the nearest shade that has enough contrast there.</summary>
    public static Colour DarkFrom(Colour accent) => NearestReadable(accent, Dark);

    public double TextContrast => Math.Min(Fill.ContrastWith(Text), Math.Min(Hover.ContrastWith(Text), Active.ContrastWith(Text)));

    public double EdgeContrast => Edge.ContrastWith(Surface);

    public bool IsReadable => HasReadableText && EdgeContrast >= EdgeRatio;

    /// <summary>The colour itself, or the nearest shade of it on which text and edge have enough contrast.</summary>
    public static Colour NearestReadable(Colour accent, Func<Colour, AccentShades> scheme) =>
        Nearest(accent, colour => scheme(colour).IsReadable);

    public bool HasReadableText => TextContrast >= TextRatio;

    /// <summary>Null if text and edge have enough contrast.</summary>
    public static Flaw? FindFlaw(Colour accent, Func<Colour, AccentShades> scheme)
    {
        var shades = scheme(accent);
        if (shades.IsReadable)
        {
            return null;
        }

        var what = !shades.HasReadableText
            ? $"Neither dark nor white text is readable on {accent}: {Ratio(shades.TextContrast)}, and 4.5:1 is needed."
            : $"A button in {accent} does not stand out from the card {shades.Surface}: its edge has "
                + $"{Ratio(shades.EdgeContrast)}, and 3:1 is needed.";
        return new(what, $"The nearest shade that passes is {NearestReadable(accent, scheme)}.");
    }

    public static string Ratio(double contrast) =>
        // Cut and not rounded: 4.496 must not read as 4.50.
        string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(contrast * 100) / 100:0.00}:1");

    /// <summary>The colour itself, or the smallest step towards black or white that passes.</summary>
    internal static Colour Nearest(Colour colour, Func<Colour, bool> passes) => (
        from step in Enumerable.Range(0, 256)
        from end in (Colour[])[Colour.Black, Colour.White]
        let candidate = colour.Mix(end, step / 255d)
        where passes(candidate)
        select candidate).First();

    private static AccentShades Of(Colour fill, Colour edge, Colour surface)
    {
        var text = fill.ContrastWith(Ink) >= fill.ContrastWith(Colour.White) ? Ink : Colour.White;
        var away = text == Ink ? Colour.White : Colour.Black;
        return new(fill, text, fill.Mix(away, 0.12), fill.Mix(away, 0.22), edge, surface);
    }
}
