using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using Sso.Server.Operations;

namespace Sso.Server.Keys;

/// <summary>A key of the ring with its one signer, which holds no state of a signature (RFC 7515 §5.1): all requests share it.</summary>
internal sealed class KeyCredentials : SigningCredentials
{
    private KeyCredentials(AsymmetricSecurityKey key, string algorithm, ServerMetrics metrics)
        : base(key, algorithm) =>
        CryptoProviderFactory = new OneSigner(new AsymmetricSignatureProvider(key, algorithm, willCreateSignatures: true), metrics);

    public static KeyCredentials Import(string keyId, string algorithm, byte[] pkcs8, ServerMetrics metrics)
    {
        AsymmetricAlgorithm key = algorithm is SigningAlgorithms.RS256 or SigningAlgorithms.PS256 ? RSA.Create() : ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return new(
            key is RSA rsa ? new RsaSecurityKey(rsa) { KeyId = keyId } : new ECDsaSecurityKey((ECDsa)key) { KeyId = keyId },
            algorithm,
            metrics);
    }

    /// <summary>Asked for a signer at each signature.</summary>
    private sealed class OneSigner(SignatureProvider signer, ServerMetrics metrics) : CryptoProviderFactory
    {
        public override SignatureProvider CreateForSigning(SecurityKey key, string algorithm) =>
            CreateForSigning(key, algorithm, cacheProvider: false);

        public override SignatureProvider CreateForSigning(SecurityKey key, string algorithm, bool cacheProvider)
        {
            metrics.CountSignature(algorithm);
            return signer;
        }

        public override void ReleaseSignatureProvider(SignatureProvider signatureProvider) { }
    }
}
