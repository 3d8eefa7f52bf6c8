using System.Security.Cryptography;
using Jose;

namespace Sso.Protocol.Encryption;

/// <summary>A private key to which others encrypt, each for a single algorithm (RFC 7517 §4.4).</summary>
public sealed class DecryptionKey
{
    /// <summary>The framework does not promise that two requests may use a key at the same time.</summary>
    private readonly Lock _one = new();
    private readonly AsymmetricAlgorithm _key;

    private DecryptionKey(string keyId, string algorithm, AsymmetricAlgorithm key) => (KeyId, Algorithm, _key) = (keyId, algorithm, key);

    public string KeyId { get; }

    public string Algorithm { get; }

    /// <exception cref="CryptographicException">The bytes are not such a key.</exception>
    public static DecryptionKey Import(string keyId, string algorithm, byte[] pkcs8)
    {
        AsymmetricAlgorithm key = algorithm is TokenEncryption.RsaOaep or TokenEncryption.RsaOaep256
            ? RSA.Create()
            : ECDiffieHellman.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return new(keyId, algorithm, key);
    }

    /// <summary>The content; throws any exception if it was not encrypted to this key, or is nothing that the library can read.</summary>
    internal string Open(string jwe, string content)
    {
        lock (_one)
        {
            return JWT.Decrypt(jwe, _key, Algorithm, content);
        }
    }

    public override string ToString() => $"{Algorithm} {KeyId}";
}
