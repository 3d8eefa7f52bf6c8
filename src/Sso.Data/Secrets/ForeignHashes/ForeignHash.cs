using System.Security.Cryptography;

namespace Sso.Data.Secrets.ForeignHashes;

/// <summary>
/// A password as another system stored it. Kept as <c>foreign:function:digest</c> if the function is strong, otherwise as
/// <c>wrapped:function:our hash of the digest</c>, so that no weak digest is ever in our database; either way the first sign-in replaces it
/// with our own.
/// </summary>
public sealed class ForeignHash
{
    private const string Kept = "foreign:";
    private const string Wrapped = "wrapped:";

    private static readonly string[] Beginnings =
        ["$argon2id$", "$2a$", "$2b$", "$2y$", "pbkdf2_sha", "$P$", "$H$", "$5$", "$6$", "AQAAAA"];

    private readonly ForeignFunction _function;
    private readonly byte[] _digest;

    private ForeignHash(ForeignFunction function, byte[] digest) => (_function, _digest) = (function, digest);

    public bool IsWeak => _function.IsWeak;

    /// <summary>The formats that can be read, by the names that operators know.</summary>
    public const string Formats = "Argon2id, bcrypt, ASP.NET Identity, Django PBKDF2, phpass, SHA-crypt, MD5, SHA-1, SHA-2, {SSHA}";

    /// <summary>Null if the text is none of <see cref="Formats"/>, or asks for more work than a sign-in may cost.</summary>
    public static ForeignHash? TryParse(string text) =>
        (Argon2idFunction.TryParse(text) ?? BcryptFunction.TryParse(text) ?? Pbkdf2Function.TryParseDjango(text)
            ?? PhpassFunction.TryParse(text) ?? ShaCryptFunction.TryParse(text) ?? DigestFunction.TryParse(text)
            ?? Pbkdf2Function.TryParseIdentity(text)) is var (function, digest)
            ? new(function, digest)
            : null;

    /// <summary>
    /// True if it begins like one of the formats that can be read: if it still cannot be parsed, it costs more than a sign-in may, or was
    /// cut.
    /// </summary>
    public static bool LooksLike(string text) => Beginnings.Any(beginning => text.StartsWith(beginning, StringComparison.Ordinal));

    /// <summary>What goes into the column of the password.</summary>
    public string ToStored() => IsWeak
        ? $"{Wrapped}{_function}:{PasswordHashing.Hash(Convert.ToBase64String(_digest))}"
        : $"{Kept}{_function}:{Convert.ToBase64String(_digest)}";

    internal static bool IsStored(string stored) =>
        stored.StartsWith(Kept, StringComparison.Ordinal) || stored.StartsWith(Wrapped, StringComparison.Ordinal);

    internal static PasswordMatch Verify(string password, string stored)
    {
        var parts = stored.Split(':', 3);
        var digest = ForeignFunction.Read(parts[1]).Compute(password);
        var right = stored.StartsWith(Wrapped, StringComparison.Ordinal)
            ? PasswordHashing.Verify(Convert.ToBase64String(digest), parts[2]) != PasswordMatch.Wrong
            : CryptographicOperations.FixedTimeEquals(digest, Convert.FromBase64String(parts[2]));
        return right ? PasswordMatch.RightButOutdated : PasswordMatch.Wrong;
    }
}
