using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sso.Data.Secrets;

/// <summary>
/// The key from the configuration that wraps the data keys. It is never in the database, so a stolen database opens nothing. It is either
/// the RSA key of an X.509 certificate or the text of a passphrase file.
/// </summary>
public abstract class WrappingKey
{
    /// <summary>Rounds of PBKDF2 by which a passphrase becomes a key.</summary>
    internal const int ProgramRounds = 220_000;

    /// <summary>What a derivation costs is proved by its own test; those of other things take fewer rounds.</summary>
    internal static int Rounds { get; set; } = ProgramRounds;

    public abstract byte[] Wrap(byte[] dataKey);

    /// <exception cref="CryptographicException">The data key was wrapped by another key.</exception>
    public abstract byte[] Unwrap(byte[] wrapped);

    public static WrappingKey FromPassphrase(string passphrase) => FromPassphrase(passphrase, Rounds);

    internal static WrappingKey FromPassphrase(string passphrase, int rounds) => new Passphrase(passphrase, rounds);

    /// <exception cref="CryptographicException">The certificate has no RSA private key.</exception>
    public static WrappingKey FromCertificate(X509Certificate2 certificate) => new Certificate(
        certificate.GetRSAPrivateKey() ?? throw new CryptographicException("The certificate has no RSA private key."));

    /// <summary>
    /// PBKDF2-HMAC-SHA512, 220 000 rounds, salted; AES-256-GCM. Stored: salt (16 bytes), nonce (12), tag (16), ciphertext.
    /// </summary>
    private sealed class Passphrase(string passphrase, int rounds) : WrappingKey
    {
        private readonly ConcurrentDictionary<string, byte[]> _keys = new();
        private readonly byte[] _passphrase = Encoding.UTF8.GetBytes(passphrase);

        public override byte[] Wrap(byte[] dataKey)
        {
            var salt = RandomNumberGenerator.GetBytes(16);
            var nonce = RandomNumberGenerator.GetBytes(12);
            var tag = new byte[16];
            var cipher = new byte[dataKey.Length];
            using var aes = new AesGcm(KeyFor(salt), tag.Length);
            aes.Encrypt(nonce, dataKey, cipher, tag);
            return [.. salt, .. nonce, .. tag, .. cipher];
        }

        public override byte[] Unwrap(byte[] wrapped)
        {
            var plain = new byte[wrapped.Length - 44];
            using var aes = new AesGcm(KeyFor(wrapped[..16]), 16);
            aes.Decrypt(wrapped.AsSpan(16, 12), wrapped.AsSpan(44), wrapped.AsSpan(28, 16), plain);
            return plain;
        }

        private byte[] KeyFor(byte[] salt) => _keys.GetOrAdd(Convert.ToHexString(salt), _ => Derive(salt));

        private byte[] Derive(byte[] salt)
        {
            using var work = SlowWork.Begin("passphrase.derive");
            return Rfc2898DeriveBytes.Pbkdf2(_passphrase, salt, rounds, HashAlgorithmName.SHA512, 32);
        }
    }

    private sealed class Certificate(RSA key) : WrappingKey
    {
        public override byte[] Wrap(byte[] dataKey) => key.Encrypt(dataKey, RSAEncryptionPadding.OaepSHA256);

        public override byte[] Unwrap(byte[] wrapped) => key.Decrypt(wrapped, RSAEncryptionPadding.OaepSHA256);
    }
}
