using System.Security.Cryptography;

namespace Sso.Admin.Brands;

/// <summary>A file of a brand: its address holds the hash of its content, so it may be cached for a year.</summary>
public sealed record BrandAsset(string BrandId, string Format, string Hash, byte[] Content)
{
    public string Path => $"/brand/{BrandId}.{Hash}.{Format}";

    public string ContentType => Format switch
    {
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => "image/png",
    };

    public static BrandAsset Of(string brandId, string format, byte[] content) =>
        new(brandId, format, Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8)), content);
}
