using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Sso.Data.Secrets.ForeignHashes;

/// <summary>Argon2id, version 1.3 (RFC 9106), as <c>$argon2id$v=19$m=65536,t=3,p=4$salt$hash</c> in unpadded base64.</summary>
internal sealed partial record Argon2idFunction(int Kibibytes, int Passes, int Lanes, int Length, string Salt) : ForeignFunction
{
    public const string Name = "argon2id";
    private const int MostKibibytes = 256 * 1024;
    private const int MostPasses = 10;
    private const int MostLanes = 8;

    /// <summary>7 MiB in five passes is the minimum in the sheet.</summary>
    public override bool IsWeak => Kibibytes * Passes < 35 * 1024;

    public override byte[] Compute(string password) =>
        Argon2.Hash(Encoding.UTF8.GetBytes(password), Convert.FromBase64String(Salt), Kibibytes, Passes, Lanes, Length);

    public static (ForeignFunction, byte[])? TryParse(string text)
    {
        if (!PasswordHashing.HasArgon2 || Pattern().Match(text) is not { Success: true } match
            || UnpaddedBase64.TryRead(match.Groups[4].Value) is not { Length: >= 8 and <= 48 } salt
            || UnpaddedBase64.TryRead(match.Groups[5].Value) is not { Length: >= 16 and <= 64 } digest)
        {
            return null;
        }

        var (memory, passes, lanes) = (Number(match.Groups[1].Value), Number(match.Groups[2].Value), Number(match.Groups[3].Value));
        return memory > MostKibibytes || passes is 0 or > MostPasses || lanes is 0 or > MostLanes || memory < 8 * lanes
            ? null
            : (new Argon2idFunction(memory, passes, lanes, digest.Length, Convert.ToBase64String(salt)), digest);
    }

    public static Argon2idFunction Read(string[] fields) =>
        new(Number(fields[1]), Number(fields[2]), Number(fields[3]), Number(fields[4]), fields[5]);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Name},{Kibibytes},{Passes},{Lanes},{Length},{Salt}");

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$")]
    private static partial Regex Pattern();
}
