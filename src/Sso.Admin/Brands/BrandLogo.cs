namespace Sso.Admin.Brands;

/// <summary>A logo as it is stored and served: cleaned, in one of two formats, small.</summary>
public sealed record BrandLogo(byte[] Content, string Format)
{
    /// <summary>A first view weighs at most 60 KB, and the logo is not what people come for.</summary>
    public const int Largest = 24 * 1024;

    /// <summary>Written out as attributes, the styles of an SVG are longer than they were.</summary>
    public static readonly Flaw Outgrown = new(
        $"The logo has more than {Largest:N0} bytes once it is cleaned.",
        "Give it as a simpler SVG, or as a PNG of about 80 pixels in height.");

    public static bool IsPng(byte[] file) => PngLogo.IsPng(file);

    /// <summary>The given file, cleaned; <paramref name="flaw"/> is null exactly if there is a logo.</summary>
    public static BrandLogo? Clean(byte[] file, out Flaw? flaw)
    {
        if (file.Length > Largest)
        {
            flaw = new(
                $"The logo has {file.Length:N0} bytes, and {Largest:N0} are allowed.",
                "Give it as a simple SVG, or as a PNG of about 80 pixels in height.");
            return null;
        }

        var cleaned = PngLogo.IsPng(file) ? PngLogo.Clean(file, out flaw) : SvgLogo.Clean(file, out flaw);
        if (cleaned?.Length > Largest)
        {
            flaw = Outgrown;
            return null;
        }

        return cleaned is null ? null : new(cleaned, PngLogo.IsPng(file) ? "png" : "svg");
    }
}
