using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sso.Data.Secrets.ForeignHashes;

namespace Sso.Data.Secrets;

/// <summary>The outcome of comparing a password with its stored form.</summary>
public enum PasswordMatch
{
    Wrong,
    Right,

    /// <summary>Right, but stored with a function or cost other than today's: hash it again.</summary>
    RightButOutdated,
}

/// <summary>
/// Passwords at rest: Argon2id (19 MiB, 2 passes, 1 lane) where the system has libargon2, otherwise PBKDF2-HMAC-SHA-512 with 220 000
/// rounds. Stored: <c>$argon2id$m=19456,t=2,p=1$salt$hash</c> or <c>$pbkdf2-sha512$220000$salt$hash</c>, base64. The text is normalised to
/// NFC first, so a composed and a decomposed spelling are one password.
/// </summary>
public static class PasswordHashing
{
    /// <summary>Bytes of UTF-8 above which a password is refused before any work is done.</summary>
    public const int LongestPassword = 1024;

    private const int Lanes = 1;
    private const int Rounds = 220_000;
    private const int SaltSize = 16;

    private static readonly Lazy<string> Decoy = new(() => Hash(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))));

    /// <summary>
    /// The cost of a hash made today. Only the tests of the server and of accounts set it: they sign people in some five thousand times,
    /// and at this price would spend a quarter of their time here.
    /// </summary>
    internal static (int Kibibytes, int Passes) Cost { get; set; } = (19 * 1024, 2);

    public static bool HasArgon2 => Argon2.IsAvailable;

    /// <summary>
    /// Gives back the memory that hashes keep for the next one, 19 MiB for each core, unless one was made since the last call; to be called
    /// now and then.
    /// </summary>
    /// <returns>Bytes.</returns>
    public static long ReleaseIdleMemory() => Argon2.ReleaseIdle();

    public static bool IsTooLong(string password) => Encoding.UTF8.GetByteCount(password) > LongestPassword;

    public static string Hash(string password)
    {
        using var work = SlowWork.Begin("password.hash");
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        var parameters = HasArgon2
            ? string.Create(CultureInfo.InvariantCulture, $"$argon2id$m={Cost.Kibibytes},t={Cost.Passes},p={Lanes}$")
            : string.Create(CultureInfo.InvariantCulture, $"$pbkdf2-sha512${Rounds}$");
        var hash = HasArgon2 ? Argon2.Hash(Normalized(password), salt, Cost.Kibibytes, Cost.Passes, Lanes) : Pbkdf2(password, salt, Rounds);
        return parameters + Convert.ToBase64String(salt) + "$" + Convert.ToBase64String(hash);
    }

    /// <summary>
    /// Compares in the time of one hash; without a stored form (unknown person) it takes the same time and says wrong. Another system may
    /// have hashed the other Unicode form of the text: if there is one, it is tried too, whatever is stored, so that the time of an answer
    /// does not tell where an account comes from.
    /// </summary>
    public static PasswordMatch Verify(string password, string? stored)
    {
        using var work = SlowWork.Begin("password.verify");
        var match = PasswordMatch.Wrong;
        foreach (var form in FormsOf(password).TakeWhile(_ => match == PasswordMatch.Wrong))
        {
            match = VerifyForm(form, stored);
        }

        return match;
    }

    /// <summary>As typed, composed and decomposed; only one where the three are the same.</summary>
    private static IEnumerable<string> FormsOf(string password) =>
        new[] { password, password.Normalize(NormalizationForm.FormC), password.Normalize(NormalizationForm.FormD) }
            .Distinct(StringComparer.Ordinal);

    private static PasswordMatch VerifyForm(string password, string? stored)
    {
        if (stored is not null && ForeignHash.IsStored(stored))
        {
            return ForeignHash.Verify(password, stored);
        }

        var parts = (stored ?? Decoy.Value).Split('$');
        var (salt, expected) = (Convert.FromBase64String(parts[3]), Convert.FromBase64String(parts[4]));
        var (actual, current) = parts[1] switch
        {
            "argon2id" when ReadArgon2(parts[2]) is var (memory, passes, lanes) =>
                (Argon2.Hash(Normalized(password), salt, memory, passes, lanes),
                    HasArgon2 && (memory, passes, lanes) == (Cost.Kibibytes, Cost.Passes, Lanes)),
            "pbkdf2-sha512" when int.Parse(parts[2], CultureInfo.InvariantCulture) is var rounds =>
                (Pbkdf2(password, salt, rounds), !HasArgon2 && rounds == Rounds),
            _ => throw new CryptographicException("A stored password has an unknown form."),
        };
        return !CryptographicOperations.FixedTimeEquals(actual, expected) || stored is null ? PasswordMatch.Wrong
            : current ? PasswordMatch.Right
            : PasswordMatch.RightButOutdated;
    }

    private static byte[] Pbkdf2(string password, byte[] salt, int rounds) =>
        Rfc2898DeriveBytes.Pbkdf2(Normalized(password), salt, rounds, HashAlgorithmName.SHA512, 32);

    private static byte[] Normalized(string password) => Encoding.UTF8.GetBytes(password.Normalize(NormalizationForm.FormC));

    private static (int Memory, int Passes, int Lanes) ReadArgon2(string text)
    {
        var numbers = text.Split(',').Select(part => int.Parse(part[2..], CultureInfo.InvariantCulture)).ToArray();
        return (numbers[0], numbers[1], numbers[2]);
    }
}
