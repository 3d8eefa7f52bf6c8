using System.Collections.Immutable;
using System.Globalization;
using Sso.Admin.Brands;

namespace Sso.Admin.Files;

/// <summary>A brand in a file: every option of <c>sso brand add</c>.</summary>
internal static class BrandFields
{
    public static readonly ImmutableArray<FileField<BrandInput>> All =
    [
        FileFields.Text<BrandInput>("name", brand => brand.Name, (brand, text) => brand with { Name = text ?? "" })
            with { IsNeeded = true },
        FileFields.Text<BrandInput>("accent", brand => brand.Accent, (brand, text) => brand with { Accent = text ?? "" })
            with { IsNeeded = true },
        FileFields.Text<BrandInput>("dark-accent", brand => brand.DarkAccent, (brand, text) => brand with { DarkAccent = text }),
        FileFields.Text<BrandInput>("tint", brand => brand.Tint, (brand, text) => brand with { Tint = text }),
        new(
            "radius", FileShape.Count,
            brand => brand.Radius == BrandInput.UsualRadius ? [] : [brand.Radius.ToString(CultureInfo.InvariantCulture)],
            (brand, values) => brand with
            {
                Radius = values is [var pixels] ? int.Parse(pixels, CultureInfo.InvariantCulture) : BrandInput.UsualRadius,
            }),
        new(
            "logo", FileShape.Picture, brand => brand.Logo is { } logo ? [PictureUri.Of(logo)] : [],
            (brand, values) => brand with { Logo = values is [var uri] ? PictureUri.Read(uri) : null }),
        FileFields.Text<BrandInput>("privacy-url", brand => brand.PrivacyUrl, (brand, text) => brand with { PrivacyUrl = text }),
        FileFields.Text<BrandInput>("about-url", brand => brand.AboutUrl, (brand, text) => brand with { AboutUrl = text }),
        FileFields.Text<BrandInput>("contact-url", brand => brand.ContactUrl, (brand, text) => brand with { ContactUrl = text }),
        FileFields.Text<BrandInput>("sender-name", brand => brand.SenderName, (brand, text) => brand with { SenderName = text }),
        FileFields.Text<BrandInput>("support", brand => brand.SupportContact, (brand, text) => brand with { SupportContact = text }),
        FileFields.Many<BrandInput>("host", brand => brand.Hosts, (brand, list) => brand with { Hosts = [.. list] }),
    ];
}

/// <summary>A picture in a file.</summary>
internal static class PictureUri
{
    private const string Svg = "data:image/svg+xml;base64,";
    private const string Png = "data:image/png;base64,";

    public static string Of(byte[] picture) => (PngLogo.IsPng(picture) ? Png : Svg) + Convert.ToBase64String(picture);

    /// <summary>Null if it is none.</summary>
    public static byte[]? Read(string uri)
    {
        var kind = ((string[])[Svg, Png]).FirstOrDefault(kind => uri.StartsWith(kind, StringComparison.Ordinal));
        var content = new byte[uri.Length];
        return kind is not null && Convert.TryFromBase64String(uri[kind.Length..], content, out var length) ? content[..length] : null;
    }
}
