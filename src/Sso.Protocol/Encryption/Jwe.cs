using System.Security.Cryptography;
using System.Text.Json;
using Jose;
using Microsoft.IdentityModel.Tokens;
using Base64Url = System.Buffers.Text.Base64Url;

namespace Sso.Protocol.Encryption;

/// <summary>Compact JWE (RFC 7516 §7.1) by jose-jwt, which ignores <c>crit</c> and inflates: what strangers send is judged first.</summary>
public static class Jwe
{
    /// <summary>In characters: the wrapping of the longest key, that of A256CBC-HS512 (RFC 7518 §4.4).</summary>
    private const int LongestWrappedKey = (64 + 8) / 3 * 4;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <param name="text">A signed token, or JSON. It is not compressed: the length would reveal something of the content.</param>
    /// <param name="recipient">The public key of the reader, suitable for the algorithm.</param>
    /// <param name="how">One of the listed algorithms each.</param>
    /// <param name="isToken">Said in the header (RFC 7519 §5.2).</param>
    /// <exception cref="CryptographicException">The key only looks like one.</exception>
    /// <exception cref="ArgumentException">Likewise.</exception>
    /// <exception cref="FormatException">Likewise.</exception>
    public static string Encrypt(string text, JsonWebKey recipient, TokenEncryption how, bool isToken)
    {
        var key = recipient.Kty == "RSA"
            ? new Jwk(e: recipient.E, n: recipient.N)
            : new Jwk(crv: recipient.Crv, x: recipient.X, y: recipient.Y);
        Dictionary<string, object> header = [];
        if (!string.IsNullOrEmpty(recipient.Kid))
        {
            header["kid"] = recipient.Kid;
        }

        if (isToken)
        {
            header["cty"] = "JWT";
        }

        return JWT.Encode(text, key, how.Algorithm, how.Content, extraHeaders: header);
    }

    /// <summary>The content; null for everything that does not open, whatever the reason (RFC 7516 §11.5).</summary>
    public static string? Decrypt(string jwe, IEnumerable<DecryptionKey> keys) =>
        jwe.Split('.') is [var header, var encryptedKey, _, _, _]
        && Read(header) is var (how, keyId)
        && IsAsLongAsOurs(encryptedKey, how.Algorithm)
            ? keys.Where(key => key.Algorithm == how.Algorithm && (keyId is null || key.KeyId == keyId))
                .Select(key => Open(jwe, key, how.Content)).FirstOrDefault(text => text is not null)
            : null;

    /// <summary>Null if it is no header (RFC 7516 §4), or names or demands something that we do not support.</summary>
    private static (TokenEncryption How, string? KeyId)? Read(string encoded)
    {
        try
        {
            using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(encoded), Strict);
            var header = document.RootElement;
            // Compression would let a small text become a large one; we understand no extensions (crit).
            return !header.TryGetProperty("zip", out _) && !header.TryGetProperty("crit", out _)
                && Text(header, "alg") is { } algorithm && TokenEncryption.Algorithms.Contains(algorithm)
                && Text(header, "enc") is { } content && TokenEncryption.Contents.Contains(content)
                ? (new(algorithm, content), Text(header, "kid"))
                : null;
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    /// <summary>RFC 7516 §5.2, step 10: where the key is agreed on directly, none is encrypted.</summary>
    private static bool IsAsLongAsOurs(string encryptedKey, string algorithm) => algorithm switch
    {
        TokenEncryption.EcdhEs => encryptedKey.Length == 0,
        TokenEncryption.EcdhEsA128Kw or TokenEncryption.EcdhEsA256Kw => encryptedKey.Length <= LongestWrappedKey,
        _ => true,
    };

    private static string? Open(string jwe, DecryptionKey key, string content)
    {
        try
        {
            return key.Open(jwe, content);
        }
        // Which exception a text causes depends on where the library happens to stumble over it, and tells nobody anything.
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return null;
        }
    }
}
