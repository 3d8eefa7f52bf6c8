using System.Buffers.Binary;

namespace Sso.Delivery.Mail;

/// <summary>
/// A picture that travels inside the mail (RFC 2392), so that it is shown even where remote ones are blocked. It is read when the mail
/// leaves: rows stay small.
/// </summary>
/// <param name="Width">As shown, like the height; some programs know only the size in the attributes.</param>
public sealed record MailLogo(string BrandId, int Width, int Height)
{
    /// <summary>What the HTML calls it.</summary>
    public const string Address = "cid:" + ContentId;

    /// <summary>The format that every mail program shows.</summary>
    public const string Format = "png";

    internal const string ContentId = "logo";
    private const int MostWidth = 192;
    private const int MostHeight = 40;

    /// <param name="png">Cleaned, so its header is where it has to be (W3C PNG §11.2.1).</param>
    public static MailLogo Of(string brandId, ReadOnlySpan<byte> png)
    {
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(png[16..]), BinaryPrimitives.ReadInt32BigEndian(png[20..]));
        var scale = Math.Min(1, Math.Min((double)MostWidth / width, (double)MostHeight / height));
        return new(brandId, Math.Max(1, (int)(width * scale)), Math.Max(1, (int)(height * scale)));
    }
}
