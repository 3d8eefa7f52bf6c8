using Sso.Data.Brands;
using Sso.Delivery.Mail;

namespace Sso.Admin.Brands;

/// <summary>A brand as pages and mails use it: frozen, replaced as a whole when an operator changes it.</summary>
public sealed record Brand
{
    /// <summary>Empty for the brand of the configuration.</summary>
    public string Id { get; init; } = "";

    public required string Name { get; init; }

    /// <summary>Null means the colours of the product.</summary>
    public BrandAsset? Stylesheet { get; init; }

    public BrandAsset? Logo { get; init; }

    public string? PrivacyUrl { get; init; }

    public string? AboutUrl { get; init; }

    public string? ContactUrl { get; init; }

    public string? SupportContact { get; init; }

    /// <summary>What the brand looks like in a mail. Mail programs show PNG but not SVG.</summary>
    public required MailBrand OfMails { get; init; }

    public static Brand Of(BrandOptions options) => new()
    {
        Name = options.Name,
        PrivacyUrl = options.PrivacyUrl,
        AboutUrl = options.AboutUrl,
        ContactUrl = options.ContactUrl,
        SupportContact = options.SupportContact,
        // The colours of the product, as in site.css.
        OfMails = new()
        {
            Name = options.Name,
            Light = InMails(AccentShades.Light(new(0xf5, 0x82, 0x20))),
            Dark = InMails(AccentShades.Dark(new(0xff, 0xa2, 0x4d))),
        },
    };

    public static Brand Of(BrandRegistration row)
    {
        var (accent, dark) = (Colour.Parse(row.Accent), row.DarkAccent is { } given ? Colour.Parse(given) : (Colour?)null);
        var (light, night) = (AccentShades.Light(accent), AccentShades.Dark(dark ?? AccentShades.DarkFrom(accent)));
        return new()
        {
            Id = row.Id,
            Name = row.Name,
            Stylesheet = BrandAsset.Of(row.Id, "css", BrandStylesheet.Write(row, light, night)),
            Logo = row is { Logo: { } logo, LogoFormat: { } format } ? BrandAsset.Of(row.Id, format, logo) : null,
            PrivacyUrl = row.PrivacyUrl,
            AboutUrl = row.AboutUrl,
            ContactUrl = row.ContactUrl,
            SupportContact = row.SupportContact,
            OfMails = new()
            {
                Name = row.Name,
                SenderName = row.SenderName,
                Light = InMails(light),
                Dark = InMails(night),
                Logo = row is { Logo: { } png, LogoFormat: MailLogo.Format } ? MailLogo.Of(row.Id, png) : null,
            },
        };
    }

    private static MailAccent InMails(AccentShades shades) => new(shades.Fill.ToString(), shades.Text.ToString(), shades.Edge.ToString());
}
