using OtpNet;

namespace Sso.Data.Factors;

/// <summary>Base32 without padding (RFC 4648 §6), for seeds and recovery codes.</summary>
public static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static string Encode(byte[] bytes) => Base32Encoding.ToString(bytes).TrimEnd('=');

    /// <summary>Accepts any case, spaces and padding; null if it is not Base32.</summary>
    public static byte[]? TryDecode(string text)
    {
        var letters = text.TrimEnd('=').Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        return letters.Length > 0 && IsValid(letters) ? Base32Encoding.ToBytes(letters) : null;
    }

    public static bool IsValid(string text) => text.All(Alphabet.Contains);

    public static string InGroupsOfFour(string text) => string.Join(' ', text.Chunk(4).Select(group => new string(group)));
}
