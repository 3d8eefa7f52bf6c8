using Sso.Protocol.Encryption;

namespace Sso.Server.Keys;

/// <summary>
/// Opens what a client encrypted to our key (RFC 7516 §5.2). What was encrypted is not thereby trusted: a signature has to be inside.
/// </summary>
public sealed class TokenDecryptor(SigningKeyRing keys)
{
    public static bool IsEncrypted(string text) => text.Count(character => character == '.') == 4;

    /// <summary>What is inside; null for everything that does not open, one and the same (RFC 7516 §11.5).</summary>
    public string? Decrypt(string jwe) => Jwe.Decrypt(jwe, keys.DecryptionKeys);
}
