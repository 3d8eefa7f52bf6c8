using System.Text;

namespace Sso.Server.SignIn;

/// <summary>Base32 without padding (RFC 4648 §6), for seeds and recovery codes.</summary>
internal static class Base32
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

    public static bool IsValid(string text) => text.All(Alphabet.Contains);

    public static string InGroupsOfFour(string text) => string.Join(' ', text.Chunk(4).Select(group => new string(group)));
}
