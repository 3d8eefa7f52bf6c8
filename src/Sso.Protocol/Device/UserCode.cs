using System.Security.Cryptography;

namespace Sso.Protocol.Device;

/// <summary>What people copy from a device (RFC 8628 §6.1): 8 letters without vowels, so no word, in any case and grouping.</summary>
public readonly record struct UserCode
{
    public const string Alphabet = "BCDFGHJKLMNPQRSTVWXZ";
    private const int Length = 8;

    private UserCode(string letters) => Letters = letters;

    public string Letters { get; }

    public static UserCode New() => new(RandomNumberGenerator.GetString(Alphabet, Length));

    /// <summary>Null for anything that cannot be one.</summary>
    public static UserCode? Parse(string? typed)
    {
        // Somebody who pastes a whole page is not copying a code.
        if (typed is not { Length: <= 40 })
        {
            return null;
        }

        var letters = string.Concat(TypedText.CleanCode(typed).Where(char.IsLetterOrDigit)).ToUpperInvariant();
        return letters.Length == Length && letters.All(Alphabet.Contains) ? new(letters) : null;
    }

    public override string ToString() => $"{Letters[..4]}-{Letters[4..]}";
}
