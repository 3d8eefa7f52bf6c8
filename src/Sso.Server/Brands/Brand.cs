using Sso.Admin.Brands;
using Sso.Data.Brands;
using Sso.Delivery.Mail;
using Sso.Server.Http;

namespace Sso.Server.Brands;

/// <summary>A brand as pages and mails use it: frozen, replaced as a whole when an operator changes it.</summary>
public sealed record Brand
{
    /// <summary>Empty for the brand of the configuration.</summary>
    public string Id { get; init; } = "";

    public required string Name { get; init; }

    /// <summary>Null for the colours of the product.</summary>
    public BrandAsset? Stylesheet { get; init; }

    public BrandAsset? Logo { get; init; }

    public string? PrivacyUrl { get; init; }

    public string? AboutUrl { get; init; }

    public string? ContactUrl { get; init; }

    public string? SupportContact { get; init; }

    public string? SenderName { get; init; }

    /// <summary>Mails are read on white paper, so they have the colours of the light scheme.</summary>
    public required AccentShades Accent { get; init; }

    public MailBrand OfMails => new(Name, SenderName, Accent.Fill.ToString(), Accent.Text.ToString(), SupportContact);

    public static Brand Of(BrandOptions options) => new()
    {
        Name = options.Name,
        PrivacyUrl = options.PrivacyUrl,
        AboutUrl = options.AboutUrl,
        ContactUrl = options.ContactUrl,
        SupportContact = options.SupportContact,
        Accent = AccentShades.Light(new(0xf5, 0x82, 0x20)),
    };

    public static Brand Of(BrandRegistration row)
    {
        var (accent, dark) = (Colour.Parse(row.Accent), row.DarkAccent is { } given ? Colour.Parse(given) : (Colour?)null);
        var light = AccentShades.Light(accent);
        return new()
        {
            Id = row.Id,
            Name = row.Name,
            Stylesheet = BrandAsset.Of(
                row.Id, "css", BrandStylesheet.Write(row, light, AccentShades.Dark(dark ?? AccentShades.DarkFrom(accent)))),
            Logo = row is { Logo: { } logo, LogoFormat: { } format } ? BrandAsset.Of(row.Id, format, logo) : null,
            PrivacyUrl = row.PrivacyUrl,
            AboutUrl = row.AboutUrl,
            ContactUrl = row.ContactUrl,
            SupportContact = row.SupportContact,
            SenderName = row.SenderName,
            Accent = light,
        };
    }
}
