using System.Collections.Immutable;
using Sso.Data.Brands;

namespace Sso.Admin.Brands;

/// <summary>A whole brand as an operator wants it: what <see cref="AddBrand"/> and <see cref="ChangeBrand"/> check and write.</summary>
public sealed record BrandInput
{
    /// <summary>As on the product's own pages.</summary>
    public const int UsualRadius = 6;

    public required string Id { get; init; }

    /// <summary>The name shown at the top of pages, in titles and in mails.</summary>
    public required string Name { get; init; }

    public required string Accent { get; init; }

    /// <summary>Empty values in this record count as absent.</summary>
    public string? DarkAccent { get; init; }

    public string? Tint { get; init; }

    public int Radius { get; init; } = UsualRadius;

    public string? PrivacyUrl { get; init; }

    public string? AboutUrl { get; init; }

    public string? ContactUrl { get; init; }

    public string? SenderName { get; init; }

    public string? SupportContact { get; init; }

    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>The file as given, or as stored.</summary>
    public byte[]? Logo { get; init; }

    public static BrandInput Of(BrandRegistration brand) => new()
    {
        Id = brand.Id,
        Name = brand.Name,
        Accent = brand.Accent,
        DarkAccent = brand.DarkAccent,
        Tint = brand.Tint,
        Radius = brand.Radius,
        PrivacyUrl = brand.PrivacyUrl,
        AboutUrl = brand.AboutUrl,
        ContactUrl = brand.ContactUrl,
        SenderName = brand.SenderName,
        SupportContact = brand.SupportContact,
        Hosts = [.. brand.Hosts],
        Logo = brand.Logo,
    };

    /// <summary>Writes what was checked.</summary>
    internal void WriteTo(BrandRegistration brand)
    {
        var logo = Logo is null ? null : BrandLogo.Clean(Logo, out _);
        brand.Name = Name.Trim();
        brand.Accent = Accent.ToLowerInvariant();
        brand.DarkAccent = Or(DarkAccent)?.ToLowerInvariant();
        brand.Tint = Or(Tint)?.ToLowerInvariant();
        brand.Radius = Radius;
        (brand.PrivacyUrl, brand.AboutUrl, brand.ContactUrl) = (Or(PrivacyUrl), Or(AboutUrl), Or(ContactUrl));
        (brand.SenderName, brand.SupportContact) = (Or(SenderName)?.Trim(), Or(SupportContact)?.Trim());
        brand.Hosts = [.. Hosts.Select(host => host.ToLowerInvariant())];
        (brand.Logo, brand.LogoFormat) = (logo?.Content, logo?.Format);
    }

    private static string? Or(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
