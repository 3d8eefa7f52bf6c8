using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Sso.Data.Secrets.ForeignHashes;

/// <summary>
/// One round of MD5, SHA-1, SHA-256 or SHA-512: bare hexadecimal, <c>sha1$salt$hex</c> (old Django, the salt first), or as directories
/// write it, <c>{SHA}</c>, <c>{SSHA}</c> and their like (RFC 2307 §5.3; the salt last, in the base64 behind the digest).
/// </summary>
internal sealed partial record DigestFunction(string Algorithm, bool SaltFirst, string Salt) : ForeignFunction
{
    public const string Name = "digest";
    private const int LongestSalt = 64;

    public override bool IsWeak => true;

    public override byte[] Compute(string password)
    {
        var (text, salt) = (Encoding.UTF8.GetBytes(password), Convert.FromBase64String(Salt));
        return Hash(SaltFirst ? [.. salt, .. text] : [.. text, .. salt]);
    }

    public static (ForeignFunction, byte[])? TryParse(string text) => Hexadecimal(text) ?? Directory(text);

    public static DigestFunction Read(string[] fields) => new(fields[1], fields[2] == "first", fields[3]);

    public override string ToString() => $"{Name},{Algorithm},{(SaltFirst ? "first" : "last")},{Salt}";

    private static (ForeignFunction, byte[])? Hexadecimal(string text)
    {
        if (HexPattern().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var digest = Convert.FromHexString(match.Groups[3].Value);
        var algorithm = digest.Length switch { 16 => "MD5", 20 => "SHA1", 32 => "SHA256", 64 => "SHA512", _ => null };
        var named = match.Groups[1];
        return algorithm is null || (named.Success && !algorithm.Equals(named.Value, StringComparison.OrdinalIgnoreCase))
            ? null
            : (new DigestFunction(algorithm, SaltFirst: true, Convert.ToBase64String(Encoding.UTF8.GetBytes(match.Groups[2].Value))),
                digest);
    }

    private static (ForeignFunction, byte[])? Directory(string text)
    {
        if (DirectoryPattern().Match(text) is not { Success: true } match
            || UnpaddedBase64.TryRead(match.Groups[3].Value.TrimEnd('=')) is not { } bytes)
        {
            return null;
        }

        var (algorithm, size) = match.Groups[2].Value.ToUpperInvariant() switch
        {
            "MD5" => ("MD5", 16),
            "SHA" => ("SHA1", 20),
            "SHA256" => ("SHA256", 32),
            _ => ("SHA512", 64),
        };
        var isSalted = match.Groups[1].Length > 0;
        return (isSalted ? bytes.Length > size && bytes.Length <= size + LongestSalt : bytes.Length == size)
            ? (new DigestFunction(algorithm, SaltFirst: false, Convert.ToBase64String(bytes.AsSpan(size))), bytes[..size])
            : null;
    }

#pragma warning disable CA5350, CA5351 // The formats are MD5 and SHA-1; what comes out is only ever stored under our own hash.
    private byte[] Hash(byte[] data) => Algorithm switch
    {
        "MD5" => MD5.HashData(data),
        "SHA1" => SHA1.HashData(data),
        "SHA256" => SHA256.HashData(data),
        _ => SHA512.HashData(data),
    };
#pragma warning restore CA5350, CA5351

    [GeneratedRegex(@"^(?:(md5|sha1|sha256|sha512)\$([^$,:]{0,64})\$)?([0-9a-fA-F]{32,128})$")]
    private static partial Regex HexPattern();

    [GeneratedRegex(@"^\{(S?)(MD5|SHA|SHA256|SHA512)\}([A-Za-z0-9+/]{20,200}={0,2})$", RegexOptions.IgnoreCase)]
    private static partial Regex DirectoryPattern();
}
