using System.Security.Cryptography;
using Sso.Protocol.Clients;

namespace Sso.Protocol.Encryption;

/// <summary>A private key to which others encrypt, each for one algorithm alone (RFC 7517 §4.4).</summary>
public abstract class DecryptionKey(string keyId, string algorithm)
{
    /// <summary>The framework does not promise that one key may be used by two requests at a time.</summary>
    private readonly Lock _one = new();

    public string KeyId => keyId;

    public string Algorithm => algorithm;

    /// <exception cref="CryptographicException">The bytes are no such key.</exception>
    public static DecryptionKey Import(string keyId, string algorithm, byte[] pkcs8) => algorithm switch
    {
        TokenEncryption.RsaOaep or TokenEncryption.RsaOaep256 => new RsaKey(keyId, algorithm, pkcs8),
        _ => new EcKey(keyId, algorithm, pkcs8),
    };

    /// <summary>
    /// The key of the content (RFC 7516 §5.2, steps 7 to 10); null or an exception where it was not encrypted to this key.
    /// </summary>
    internal byte[]? ContentKey(JweHeader header, byte[] encryptedKey)
    {
        lock (_one)
        {
            return Decrypt(header, encryptedKey);
        }
    }

    protected abstract byte[]? Decrypt(JweHeader header, byte[] encryptedKey);

    public override string ToString() => $"{Algorithm} {KeyId}";

    private sealed class RsaKey : DecryptionKey
    {
        private readonly RSA _rsa = RSA.Create();

        public RsaKey(string keyId, string algorithm, byte[] pkcs8)
            : base(keyId, algorithm) => _rsa.ImportPkcs8PrivateKey(pkcs8, out _);

        protected override byte[] Decrypt(JweHeader header, byte[] encryptedKey) =>
            _rsa.Decrypt(encryptedKey, Jwe.PaddingOf(header.Algorithm));
    }

    private sealed class EcKey : DecryptionKey
    {
        private readonly ECDiffieHellman _ec = ECDiffieHellman.Create();

        public EcKey(string keyId, string algorithm, byte[] pkcs8)
            : base(keyId, algorithm) => _ec.ImportPkcs8PrivateKey(pkcs8, out _);

        protected override byte[]? Decrypt(JweHeader header, byte[] encryptedKey)
        {
            if (header.EphemeralKey is not { } ephemeral)
            {
                return null;
            }

            using var theirs = KeyAgreement.Import(ephemeral);
            var derived = KeyAgreement.Derive(_ec, theirs.PublicKey, header);
            if (header.Algorithm != TokenEncryption.EcdhEs)
            {
                return KeyAgreement.Unwrap(derived, encryptedKey);
            }

            // RFC 7516 §5.2, step 10: with direct agreement there is no encrypted key.
            return encryptedKey.Length == 0 ? derived : null;
        }
    }
}
