using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Sso.Testing;

/// <summary>An authenticator app written from RFC 6238 and RFC 4226 alone, so that the server is not checked with its own code.</summary>
public static class AuthenticatorApp
{
    public static string Code(byte[] seed, DateTimeOffset at)
    {
        var counter = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, at.ToUnixTimeSeconds() / 30);
#pragma warning disable CA5350 // The algorithm of RFC 6238.
        var mac = HMACSHA1.HashData(seed, counter);
#pragma warning restore CA5350
        var offset = mac[19] & 15;
        var binary = ((mac[offset] & 127) << 24) | (mac[offset + 1] << 16) | (mac[offset + 2] << 8) | mac[offset + 3];
        return (binary % 1_000_000).ToString("000000", CultureInfo.InvariantCulture);
    }

    public static byte[] SeedOf(string base32)
    {
        var bits = string.Concat(base32.Where(char.IsLetterOrDigit)
            .Select(
                letter =>
                    Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(letter, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(index => Convert.ToByte(bits.Substring(index * 8, 8), 2))];
    }
}
