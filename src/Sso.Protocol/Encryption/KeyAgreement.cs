using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using Sso.Protocol.Clients;

namespace Sso.Protocol.Encryption;

/// <summary>ECDH-ES (RFC 7518 §4.6): of two key pairs each side has one private half, and both derive one key.</summary>
public static class KeyAgreement
{
    /// <summary>Of the key that is derived: for the content itself (direct), or for the wrapping of its key.</summary>
    public static int KeyBytes(string algorithm, string encryption) => algorithm switch
    {
        TokenEncryption.EcdhEs => ContentEncryption.KeyBytes(encryption),
        TokenEncryption.EcdhEsA128Kw => 16,
        _ => 32,
    };

    /// <param name="ours">The private half on this side.</param>
    /// <param name="theirs">The public half of the other.</param>
    /// <param name="header">Names what the key is for, and the parties where it tells them.</param>
    /// <exception cref="ArgumentException">The halves are of two curves.</exception>
    public static byte[] Derive(ECDiffieHellman ours, ECDiffieHellmanPublicKey theirs, JweHeader header)
    {
        var secret = ours.DeriveRawSecretAgreement(theirs);
        var purpose = header.Algorithm == TokenEncryption.EcdhEs ? header.Encryption : header.Algorithm;
        return ConcatKdf(secret, purpose, KeyBytes(header.Algorithm, header.Encryption), header.PartyU, header.PartyV);
    }

    /// <summary>The Concat KDF of NIST SP 800-56A with SHA-256 (RFC 7518 §4.6.2).</summary>
    public static byte[] ConcatKdf(byte[] secret, string purpose, int bytes, byte[] partyU, byte[] partyV)
    {
        byte[] other = [.. Sized(Encoding.ASCII.GetBytes(purpose)), .. Sized(partyU), .. Sized(partyV), .. Number(bytes * 8)];
        var derived = new List<byte>();
        for (var round = 1; derived.Count < bytes; round++)
        {
            derived.AddRange(SHA256.HashData([.. Number(round), .. secret, .. other]));
        }

        return [.. derived.Take(bytes)];
    }

    /// <summary>AES Key Wrap (RFC 3394, RFC 7518 §4.4), which the library does rightly.</summary>
    public static byte[] Wrap(byte[] wrappingKey, byte[] key)
    {
        using var provider = Wrapping(wrappingKey);
        return provider.WrapKey(key);
    }

    /// <summary>Null for what is longer than the wrapping of any key of ours: unwrapping it would be long work for whoever asks.</summary>
    /// <exception cref="SecurityTokenKeyWrapException">It was wrapped with another key.</exception>
    public static byte[]? Unwrap(byte[] wrappingKey, byte[] wrapped)
    {
        if (wrapped.Length > 64 + 8)
        {
            return null;
        }

        using var provider = Wrapping(wrappingKey);
        return provider.UnwrapKey(wrapped);
    }

    /// <exception cref="CryptographicException">The point is not on the curve, or it is no curve of ours.</exception>
    public static ECDiffieHellman Import(JsonWebKey key) => ECDiffieHellman.Create(new ECParameters
    {
        Curve = key.Crv switch
        {
            "P-256" => ECCurve.NamedCurves.nistP256,
            "P-384" => ECCurve.NamedCurves.nistP384,
            "P-521" => ECCurve.NamedCurves.nistP521,
            _ => throw new CryptographicException("Not a curve of ours."),
        },
        Q = new ECPoint { X = Base64UrlEncoder.DecodeBytes(key.X), Y = Base64UrlEncoder.DecodeBytes(key.Y) },
    });

    private static SymmetricKeyWrapProvider Wrapping(byte[] key) =>
        new(new SymmetricSecurityKey(key), key.Length == 16 ? SecurityAlgorithms.Aes128KW : SecurityAlgorithms.Aes256KW);

    private static byte[] Sized(byte[] value) => [.. Number(value.Length), .. value];

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
