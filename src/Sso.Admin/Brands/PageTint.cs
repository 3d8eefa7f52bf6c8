namespace Sso.Admin.Brands;

/// <summary>The background behind the card: what is on it must have enough contrast.</summary>
public static class PageTint
{
    /// <summary>What is on the page outside the card in the light scheme, as in site.css; a test compares them.</summary>
    public static readonly (string Token, Colour Colour, double Ratio)[] OnPage =
    [
        ("text", AccentShades.Ink, 4.5), ("muted", new(0x4a, 0x55, 0x61), 4.5), ("link", new(0x0b, 0x57, 0xa4), 4.5),
        ("border", new(0x6b, 0x74, 0x80), 3), ("focus", new(0x0b, 0x57, 0xa4), 3),
    ];

    /// <summary>What is read worst on it.</summary>
    public static (string Token, Colour Colour, double Ratio) WorstOn(Colour tint) =>
        OnPage.MinBy(pair => pair.Colour.ContrastWith(tint) / pair.Ratio);

    /// <summary>The colour itself, or the nearest shade of it on which everything has enough contrast.</summary>
    public static Colour NearestReadable(Colour tint) => AccentShades.Nearest(tint, IsReadable);

    public static Flaw? FindFlaw(Colour tint)
    {
        var worst = WorstOn(tint);
        return IsReadable(tint)
            ? null
            : new(
                $"On the ground {tint} the {worst.Token} {worst.Colour} has {AccentShades.Ratio(worst.Colour.ContrastWith(tint))}, "
                    + $"and {worst.Ratio}:1 is needed.",
                $"The nearest shade that passes is {NearestReadable(tint)}.");
    }

    public static bool IsReadable(Colour tint) => OnPage.All(pair => pair.Colour.ContrastWith(tint) >= pair.Ratio);
}
