using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Sso.Data.Secrets.ForeignHashes;

/// <summary>
/// PBKDF2 (RFC 8018 §5.2) as Django writes it, <c>pbkdf2_sha256$600000$salt$base64</c>, and as ASP.NET Identity does: base64 of a version
/// byte, in version 3 also function, rounds and salt length, then salt and key.
/// </summary>
internal sealed partial record Pbkdf2Function(string Algorithm, int Rounds, int Length, string Salt) : ForeignFunction
{
    public const string Name = "pbkdf2";
    private const int MostRounds = 10_000_000;

    /// <summary>Half of what the sheet recommends for the function today.</summary>
    public override bool IsWeak => Rounds < Algorithm switch { "SHA512" => 105_000, "SHA256" => 300_000, _ => 650_000 };

    public override byte[] Compute(string password) => Rfc2898DeriveBytes.Pbkdf2(
        Encoding.UTF8.GetBytes(password), Convert.FromBase64String(Salt), Rounds, new HashAlgorithmName(Algorithm), Length);

    public static (ForeignFunction, byte[])? TryParseDjango(string text)
    {
        if (Django().Match(text) is not { Success: true } match
            || UnpaddedBase64.TryRead(match.Groups[4].Value.TrimEnd('=')) is not { } digest)
        {
            return null;
        }

        var (algorithm, size) = match.Groups[1].Value == "256" ? ("SHA256", 32) : ("SHA1", 20);
        return digest.Length == size
            ? Checked(
                algorithm, long.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture),
                Encoding.UTF8.GetBytes(match.Groups[3].Value), digest)
            : null;
    }

    public static (ForeignFunction, byte[])? TryParseIdentity(string text)
    {
        var bytes = new byte[256];
        if (text.Length > 300 || !Convert.TryFromBase64String(text, bytes, out var length))
        {
            return null;
        }

        return bytes[0] switch
        {
            0 when length == 49 => Checked("SHA1", 1000, bytes[1..17], bytes[17..49]),
            1 when length > 13 => Version3(bytes.AsSpan(0, length)),
            _ => null,
        };
    }

    public static Pbkdf2Function Read(string[] fields) => new(
        fields[1], int.Parse(fields[2], CultureInfo.InvariantCulture), int.Parse(fields[3], CultureInfo.InvariantCulture), fields[4]);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name},{Algorithm},{Rounds},{Length},{Salt}");

    private static (ForeignFunction, byte[])? Version3(ReadOnlySpan<byte> bytes)
    {
        var algorithm = BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]) switch { 0 => "SHA1", 1 => "SHA256", 2 => "SHA512", _ => null };
        var salt = BinaryPrimitives.ReadUInt32BigEndian(bytes[9..]);
        return algorithm is not null && salt is >= 8 and <= 64 && bytes.Length - 13 - salt is >= 16 and <= 64
            ? Checked(
                algorithm, BinaryPrimitives.ReadUInt32BigEndian(bytes[5..]),
                bytes.Slice(13, (int)salt).ToArray(), bytes[(13 + (int)salt)..].ToArray())
            : null;
    }

    private static (ForeignFunction, byte[])? Checked(string algorithm, long rounds, byte[] salt, byte[] digest) =>
        rounds is > 0 and <= MostRounds
            ? (new Pbkdf2Function(algorithm, (int)rounds, digest.Length, Convert.ToBase64String(salt)), digest)
            : null;

    [GeneratedRegex(@"^pbkdf2_sha(1|256)\$(\d{1,9})\$([^$]{1,64})\$([A-Za-z0-9+/]+=*)$")]
    private static partial Regex Django();
}
