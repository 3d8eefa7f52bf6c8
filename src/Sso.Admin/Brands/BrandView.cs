using System.Collections.Immutable;
using Sso.Data.Brands;

namespace Sso.Admin.Brands;

/// <summary>A brand as an operator reads it, with the colours that result.</summary>
public sealed record BrandView
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required ShadesView Light { get; init; }

    public required ShadesView Dark { get; init; }

    public string? Tint { get; init; }

    public required int Radius { get; init; }

    /// <summary>Format and size; null without a logo.</summary>
    public string? Logo { get; init; }

    public string? PrivacyUrl { get; init; }

    public string? AboutUrl { get; init; }

    public string? ContactUrl { get; init; }

    public string? SenderName { get; init; }

    public string? SupportContact { get; init; }

    public required ImmutableArray<string> Hosts { get; init; }

    /// <summary>The clients that have it.</summary>
    public required ImmutableArray<string> Clients { get; init; }

    public static BrandView Of(BrandRegistration brand, IEnumerable<string> clients)
    {
        var accent = Colour.Parse(brand.Accent);
        var dark = brand.DarkAccent is { } given ? Colour.Parse(given) : AccentShades.DarkFrom(accent);
        return new()
        {
            Id = brand.Id,
            Name = brand.Name,
            Light = ShadesView.Of(AccentShades.Light(accent)),
            Dark = ShadesView.Of(AccentShades.Dark(dark)),
            Tint = brand.Tint,
            Radius = brand.Radius,
            Logo = brand.Logo is { } logo ? $"{brand.LogoFormat}, {logo.Length} bytes" : null,
            PrivacyUrl = brand.PrivacyUrl,
            AboutUrl = brand.AboutUrl,
            ContactUrl = brand.ContactUrl,
            SenderName = brand.SenderName,
            SupportContact = brand.SupportContact,
            Hosts = [.. brand.Hosts],
            Clients = [.. clients.Order(StringComparer.Ordinal)],
        };
    }
}

/// <summary>An accent in one scheme: the colour, its text and the two ratios that were checked.</summary>
public sealed record ShadesView(string Accent, string Text, string TextContrast, string EdgeContrast)
{
    internal static ShadesView Of(AccentShades shades) => new(
        shades.Fill.ToString(), shades.Text.ToString(), AccentShades.Ratio(shades.TextContrast), AccentShades.Ratio(shades.EdgeContrast));
}
