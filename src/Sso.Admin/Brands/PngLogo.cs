using System.Buffers.Binary;

namespace Sso.Admin.Brands;

/// <summary>
/// Keeps the chunks of a PNG that are its picture (W3C PNG §11): texts, times, profiles and whatever is appended are left out.
/// </summary>
internal static class PngLogo
{
    private const int MostPixels = 2000;

    private static readonly Flaw Broken = new("The logo begins like a PNG and is not one.", "Save it again as PNG.");

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    public static bool IsPng(byte[] file) => file.AsSpan().StartsWith(Signature);

    public static byte[]? Clean(byte[] file, out Flaw? flaw)
    {
        using var kept = new MemoryStream();
        kept.Write(Signature);
        flaw = Broken;
        var rest = file.AsSpan(Signature.Length);
        for (var isFirst = true; rest.Length >= 12; isFirst = false)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - 12)
            {
                return null;
            }

            var chunk = rest[..((int)length + 12)];
            var type = chunk.Slice(4, 4);
            if (isFirst && (!type.SequenceEqual("IHDR"u8) || length != 13 || !IsSmall(chunk)))
            {
                return null;
            }

            if (IsPicture(type))
            {
                kept.Write(chunk);
            }

            if (type.SequenceEqual("IEND"u8))
            {
                flaw = null;
                return kept.ToArray();
            }

            rest = rest[chunk.Length..];
        }

        return null;
    }

    private static bool IsPicture(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("IHDR"u8) || type.SequenceEqual("PLTE"u8) || type.SequenceEqual("tRNS"u8) || type.SequenceEqual("sRGB"u8)
        || type.SequenceEqual("IDAT"u8) || type.SequenceEqual("IEND"u8);

    private static bool IsSmall(ReadOnlySpan<byte> header) =>
        BinaryPrimitives.ReadUInt32BigEndian(header[8..]) is > 0 and <= MostPixels
            && BinaryPrimitives.ReadUInt32BigEndian(header[12..]) is > 0 and <= MostPixels;
}
