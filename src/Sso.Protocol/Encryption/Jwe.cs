using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using Sso.Protocol.Clients;

namespace Sso.Protocol.Encryption;

/// <summary>
/// Encrypted tokens in their compact form (RFC 7516 §7.1): written here over the framework's primitives, because the library writes no
/// AES-GCM, knows no RSA-OAEP-256 and did not open with ECDH-ES what it had written itself.
/// </summary>
public static class Jwe
{
    /// <param name="text">A signed token, or JSON.</param>
    /// <param name="recipient">The public key of whoever shall read it, fit for the algorithm.</param>
    /// <param name="how">One of the listed algorithms each.</param>
    /// <param name="isToken">Told in the header (RFC 7519 §5.2).</param>
    /// <exception cref="CryptographicException">The key only looks like one.</exception>
    /// <exception cref="FormatException">Likewise.</exception>
    public static string Encrypt(string text, JsonWebKey recipient, TokenEncryption how, bool isToken)
    {
        // RFC 7516 §5.1, steps 1 to 8: the key of the content, and how the recipient comes by it.
        var wanted = new JweHeader(how.Algorithm, how.Content) { KeyId = recipient.Kid, HoldsToken = isToken };
        var (header, key, encryptedKey) = recipient.Kty == "RSA" ? ForRsa(recipient, wanted) : ForEc(recipient, wanted);
        // Steps 9, 10. Step 11, compression, is left out: its length tells of the content.
        var vector = RandomNumberGenerator.GetBytes(ContentEncryption.VectorBytes(how.Content));
        // Steps 12 to 17.
        var encoded = header.Encode();
        var (cipher, tag) = ContentEncryption.Encrypt(
            how.Content, key, vector, Encoding.UTF8.GetBytes(text), Encoding.ASCII.GetBytes(encoded));
        // Step 19.
        return string.Join('.', [encoded, .. new[] { encryptedKey, vector, cipher, tag }.Select(part => Base64Url.EncodeToString(part))]);
    }

    /// <summary>What is inside; null for everything that does not open, one and the same (RFC 7516 §11.5).</summary>
    public static string? Decrypt(string jwe, IEnumerable<DecryptionKey> keys)
    {
        // RFC 7516 §5.2, steps 1 to 5.
        if (jwe.Split('.') is not [var encoded, .. { Length: 4 } rest]
            || JweHeader.Parse(encoded) is not { } header || !rest.All(part => Base64Url.IsValid(part)))
        {
            return null;
        }

        var parts = rest.Select(part => Base64Url.DecodeFromChars(part)).ToList();
        // Steps 6 to 16, with each key that it may be for.
        return keys.Where(key => key.Algorithm == header.Algorithm && (header.KeyId is null || key.KeyId == header.KeyId))
            .Select(key => Open(key, header, encoded, parts)).FirstOrDefault(text => text is not null);
    }

    internal static RSAEncryptionPadding PaddingOf(string algorithm) =>
        algorithm == TokenEncryption.RsaOaep256 ? RSAEncryptionPadding.OaepSHA256 : RSAEncryptionPadding.OaepSHA1;

    private static string? Open(DecryptionKey key, JweHeader header, string encoded, List<byte[]> parts)
    {
        try
        {
            return key.ContentKey(header, parts[0]) is { } contentKey
                && ContentEncryption.Decrypt(
                    header.Encryption, contentKey, parts[1], parts[2], parts[3], Encoding.ASCII.GetBytes(encoded)) is { } text
                ? Encoding.UTF8.GetString(text)
                : null;
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException or FormatException or SecurityTokenException)
        {
            return null;
        }
    }

    private static (JweHeader Header, byte[] Key, byte[] EncryptedKey) ForRsa(JsonWebKey recipient, JweHeader header)
    {
        using var rsa = RSA.Create(new RSAParameters
        {
            Modulus = Base64UrlEncoder.DecodeBytes(recipient.N),
            Exponent = Base64UrlEncoder.DecodeBytes(recipient.E),
        });
        var key = RandomNumberGenerator.GetBytes(ContentEncryption.KeyBytes(header.Encryption));
        return (header, key, rsa.Encrypt(key, PaddingOf(header.Algorithm)));
    }

    private static (JweHeader Header, byte[] Key, byte[] EncryptedKey) ForEc(JsonWebKey recipient, JweHeader wanted)
    {
        using var theirs = KeyAgreement.Import(recipient);
        using var ephemeral = ECDiffieHellman.Create(theirs.ExportParameters(includePrivateParameters: false).Curve);
        var point = ephemeral.ExportParameters(includePrivateParameters: false).Q;
        var header = wanted with
        {
            EphemeralKey =
                new JsonWebKey { Crv = recipient.Crv, X = Base64Url.EncodeToString(point.X), Y = Base64Url.EncodeToString(point.Y) },
        };
        var derived = KeyAgreement.Derive(ephemeral, theirs.PublicKey, header);
        if (header.Algorithm == TokenEncryption.EcdhEs)
        {
            return (header, derived, []);
        }

        var key = RandomNumberGenerator.GetBytes(ContentEncryption.KeyBytes(header.Encryption));
        return (header, key, KeyAgreement.Wrap(derived, key));
    }
}
