using System.Text;

namespace Sso.Data.Factors;

/// <summary>Base32 without padding (RFC 4648 §6), for seeds and recovery codes.</summary>
public static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder((bytes.Length * 8 + 4) / 5);
        var (buffer, bits) = (0, 0);
        foreach (var value in bytes)
        {
            (buffer, bits) = ((buffer << 8) | value, bits + 8);
            while (bits >= 5)
            {
                bits -= 5;
                text.Append(Alphabet[(buffer >> bits) & 31]);
            }

            buffer &= (1 << bits) - 1;
        }

        return bits > 0 ? text.Append(Alphabet[(buffer << (5 - bits)) & 31]).ToString() : text.ToString();
    }

    /// <summary>Any case, spaces and padding; null when it is not Base32.</summary>
    public static byte[]? TryDecode(string text)
    {
        var bytes = new List<byte>(text.Length * 5 / 8);
        var (buffer, bits) = (0, 0);
        foreach (var character in text.TrimEnd('=').Where(character => character != ' '))
        {
            if (Alphabet.IndexOf(char.ToUpperInvariant(character), StringComparison.Ordinal) is not (>= 0 and var value))
            {
                return null;
            }

            (buffer, bits) = (((buffer << 5) | value) & 0xFFF, bits + 5);
            if (bits >= 8)
            {
                bits -= 8;
                bytes.Add((byte)(buffer >> bits));
            }
        }

        return [.. bytes];
    }

    public static bool IsValid(string text) => text.All(Alphabet.Contains);

    public static string InGroupsOfFour(string text) => string.Join(' ', text.Chunk(4).Select(group => new string(group)));
}
