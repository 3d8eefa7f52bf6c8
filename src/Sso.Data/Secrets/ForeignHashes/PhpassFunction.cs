using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Sso.Data.Secrets.ForeignHashes;

/// <summary>
/// The portable hash of phpass (WordPress, phpBB, Drupal 6): MD5 repeated 2ⁿ times, <c>$P$</c> or <c>$H$</c>, n, eight characters of salt.
/// </summary>
internal sealed partial record PhpassFunction(int LogRounds, string Salt) : ForeignFunction
{
    public const string Name = "phpass";
    private const string Alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public override bool IsWeak => true;

#pragma warning disable CA5351 // The format is MD5; what comes out is only ever stored under our own hash.
    public override byte[] Compute(string password)
    {
        var text = Encoding.UTF8.GetBytes(password);
        var hash = MD5.HashData([.. Encoding.ASCII.GetBytes(Salt), .. text]);
        byte[] input = [.. hash, .. text];
        for (var round = 0; round < 1 << LogRounds; round++)
        {
            hash.CopyTo(input, 0);
            MD5.HashData(input, hash);
        }

        return hash;
    }
#pragma warning restore CA5351

    public static (ForeignFunction, byte[])? TryParse(string text) =>
        Pattern().Match(text) is { Success: true } match
            && Alphabet.IndexOf(match.Groups[1].Value[0], StringComparison.Ordinal) is >= 7 and <= 20 and var rounds
            ? (new PhpassFunction(rounds, match.Groups[2].Value), Decode(match.Groups[3].Value))
            : null;

    public static PhpassFunction Read(string[] fields) => new(int.Parse(fields[1], CultureInfo.InvariantCulture), fields[2]);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name},{LogRounds},{Salt}");

    /// <summary>Sixteen bytes in 22 characters of six bits, the lowest first.</summary>
    private static byte[] Decode(string text)
    {
        var bytes = new byte[16];
        for (var (index, position) = (0, 0); index < bytes.Length; position += 4)
        {
            var group = text.Skip(position).Take(4)
                .Select((character, place) => Alphabet.IndexOf(character, StringComparison.Ordinal) << (6 * place)).Sum();
            for (var place = 0; place < 3 && index < bytes.Length; place++)
            {
                bytes[index++] = (byte)(group >> (8 * place));
            }
        }

        return bytes;
    }

    [GeneratedRegex(@"^\$[PH]\$([./0-9A-Za-z])([./0-9A-Za-z]{8})([./0-9A-Za-z]{22})$")]
    private static partial Regex Pattern();
}
