using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sso.Protocol.Clients;

namespace Sso.Server.Keys;

/// <summary>Opens what a client encrypted to our key (RFC 7516 §5.2). What was encrypted is not thereby trusted: a signature has to be inside.</summary>
public sealed class TokenDecryptor(SigningKeyRing keys)
{
    private static readonly JsonWebTokenHandler Handler = new();

    public static bool IsEncrypted(string text) => text.Count(character => character == '.') == 4;

    /// <summary>What is inside; null for everything that does not open, one and the same (RFC 7516 §11.5).</summary>
    public string? Decrypt(string jwe)
    {
        try
        {
            var token = new JsonWebToken(jwe);
            // Compression would let a small text become a large one.
            return token.IsEncrypted && string.IsNullOrEmpty(token.Zip)
                && TokenEncryption.Algorithms.Contains(token.Alg) && TokenEncryption.ReadableContents.Contains(token.Enc)
                ? Handler.DecryptToken(token, new TokenValidationParameters { TokenDecryptionKeys = keys.DecryptionKeys })
                : null;
        }
        catch (Exception failure) when (failure is ArgumentException or SecurityTokenException or CryptographicException or NotSupportedException)
        {
            return null;
        }
    }
}
