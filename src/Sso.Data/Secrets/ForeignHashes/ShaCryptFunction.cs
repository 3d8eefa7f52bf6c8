using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Sso.Data.Secrets.ForeignHashes;

/// <summary>
/// SHA-crypt of glibc (U. Drepper, version 0.6): <c>$5$</c> is SHA-256, <c>$6$</c> SHA-512, 5000 rounds unless it says <c>rounds=</c>.
/// </summary>
internal sealed partial record ShaCryptFunction(bool Is512, int Rounds, string Salt) : ForeignFunction
{
    public const string Name = "shacrypt";
    private const int DefaultRounds = 5000;
    private const int MostRounds = 1_000_000;

    public override bool IsWeak => Rounds < 500_000;

    private HashAlgorithmName Algorithm => Is512 ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256;

    private int Size => Is512 ? 64 : 32;

    /// <summary>The characters of the digest as printed: the order of the bytes is part of the format.</summary>
    public override byte[] Compute(string password) =>
        Encoding.ASCII.GetBytes(Print(Digest(Encoding.UTF8.GetBytes(password), Encoding.ASCII.GetBytes(Salt))));

    public static (ForeignFunction, byte[])? TryParse(string text)
    {
        if (Pattern().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var is512 = match.Groups[1].Value == "6";
        var rounds = match.Groups[2].Success ? int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) : DefaultRounds;
        return rounds is >= 1000 and <= MostRounds && match.Groups[4].Length == (is512 ? 86 : 43)
            ? (new ShaCryptFunction(is512, rounds, match.Groups[3].Value), Encoding.ASCII.GetBytes(match.Groups[4].Value))
            : null;
    }

    public static ShaCryptFunction Read(string[] fields) =>
        new(fields[1] == "6", int.Parse(fields[2], CultureInfo.InvariantCulture), fields[3]);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name},{(Is512 ? 6 : 5)},{Rounds},{Salt}");

    /// <summary>Steps 1 to 21 of the specification.</summary>
    private byte[] Digest(byte[] password, byte[] salt)
    {
        var second = Hash([.. password, .. salt, .. password]);
        using var first = IncrementalHash.CreateHash(Algorithm);
        first.AppendData([.. password, .. salt, .. Stretch(second, password.Length)]);
        for (var length = password.Length; length > 0; length >>= 1)
        {
            first.AppendData((length & 1) == 1 ? second : password);
        }

        var result = first.GetHashAndReset();
        var stretchedPassword = Stretch(
            Hash([.. Enumerable.Repeat(password, password.Length).SelectMany(bytes => bytes)]), password.Length);
        var stretchedSalt = Stretch(Hash([.. Enumerable.Repeat(salt, 16 + result[0]).SelectMany(bytes => bytes)]), salt.Length);
        for (var round = 0; round < Rounds; round++)
        {
            first.AppendData((round & 1) == 1 ? stretchedPassword : result);
            if (round % 3 != 0)
            {
                first.AppendData(stretchedSalt);
            }

            if (round % 7 != 0)
            {
                first.AppendData(stretchedPassword);
            }

            first.AppendData((round & 1) == 1 ? result : stretchedPassword);
            result = first.GetHashAndReset();
        }

        return result;
    }

    private byte[] Hash(byte[] data) => Is512 ? SHA512.HashData(data) : SHA256.HashData(data);

    private byte[] Stretch(byte[] digest, int length) => [.. Enumerable.Range(0, length).Select(index => digest[index % Size])];

    /// <summary>
    /// Step 22: groups of three bytes a third of the digest apart, rotating, each as four characters with the lowest six bits first.
    /// </summary>
    private string Print(byte[] digest)
    {
        var text = new StringBuilder();
        var third = Size / 3;
        for (var (index, turn) = (0, 0); index < third; index++, turn++)
        {
            int[] places = [index, index + third, index + (2 * third)];
            // SHA-512 turns one way from group to group, SHA-256 the other.
            var shift = Is512 ? turn % 3 : (3 - (turn % 3)) % 3;
            Append(text, digest[places[shift]], digest[places[(shift + 1) % 3]], digest[places[(shift + 2) % 3]], 4);
        }

        if (Is512)
        {
            Append(text, 0, 0, digest[63], 2);
        }
        else
        {
            Append(text, 0, digest[31], digest[30], 3);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, byte high, byte middle, byte low, int characters)
    {
        const string alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        var bits = (high << 16) | (middle << 8) | low;
        for (; characters > 0; characters--, bits >>= 6)
        {
            text.Append(alphabet[bits & 63]);
        }
    }

    [GeneratedRegex(@"^\$([56])\$(?:rounds=(\d{1,9})\$)?([^$:,\n]{0,16})\$([./0-9A-Za-z]+)$")]
    private static partial Regex Pattern();
}
