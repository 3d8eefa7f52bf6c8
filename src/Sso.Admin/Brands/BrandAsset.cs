using System.Security.Cryptography;

namespace Sso.Admin.Brands;

/// <summary>A file of a brand: its address holds the hash of its content, so it may be cached for a year.</summary>
public sealed record BrandAsset(string BrandId, string Format, string Hash, byte[] Content)
{
    /// <summary>Where pages find it; that of a brand which is not stored is elsewhere.</summary>
    public string Path { get; init; } = $"/brand/{BrandId}.{Hash}.{Format}";

    /// <summary>The file in an address, for a page that must not wait until every node knows it.</summary>
    public string InAddress => $"data:{ContentType};base64,{Convert.ToBase64String(Content)}";

    public string ContentType => Format switch
    {
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => "image/png",
    };

    public static BrandAsset Of(string brandId, string format, byte[] content) =>
        new(brandId, format, Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8)), content);
}
