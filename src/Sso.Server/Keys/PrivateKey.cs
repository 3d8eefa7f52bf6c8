using System.Diagnostics;
using System.Security.Cryptography;
using Sso.Protocol;
using Sso.Server.Operations;

namespace Sso.Server.Keys;

/// <summary>The private half of a signing key, on the key object of the framework, which lives as long as the key.</summary>
internal abstract class PrivateKey(string keyId, string algorithm, ServerMetrics metrics)
{
    public string KeyId => keyId;

    public string Algorithm => algorithm;

    public static PrivateKey Import(string keyId, string algorithm, byte[] pkcs8, ServerMetrics metrics) => algorithm switch
    {
        SigningAlgorithms.RS256 => new RsaKey(keyId, algorithm, RSASignaturePadding.Pkcs1, pkcs8, metrics),
        SigningAlgorithms.PS256 => new RsaKey(keyId, algorithm, RSASignaturePadding.Pss, pkcs8, metrics),
        SigningAlgorithms.ES256 or SigningAlgorithms.ES384 => new EcKey(keyId, algorithm, pkcs8, metrics),
        _ => throw new UnreachableException(),
    };

    /// <summary>The JWS signature of the signing input (RFC 7515 §5.1); of an EC key in the fixed-length form of RFC 7518 §3.4. Safe for concurrent use.</summary>
    public byte[] Sign(ReadOnlySpan<byte> signingInput)
    {
        metrics.CountSignature(Algorithm);
        return SignCore(signingInput);
    }

    protected abstract byte[] SignCore(ReadOnlySpan<byte> signingInput);

    private sealed class RsaKey : PrivateKey
    {
        private readonly RSA _rsa = RSA.Create();
        private readonly RSASignaturePadding _padding;

        public RsaKey(string keyId, string algorithm, RSASignaturePadding padding, byte[] pkcs8, ServerMetrics metrics)
            : base(keyId, algorithm, metrics)
        {
            _padding = padding;
            _rsa.ImportPkcs8PrivateKey(pkcs8, out _);
        }

        protected override byte[] SignCore(ReadOnlySpan<byte> signingInput) =>
            _rsa.SignData(signingInput, SigningAlgorithms.HashOf(Algorithm), _padding);
    }

    private sealed class EcKey : PrivateKey
    {
        private readonly ECDsa _ec = ECDsa.Create();

        public EcKey(string keyId, string algorithm, byte[] pkcs8, ServerMetrics metrics)
            : base(keyId, algorithm, metrics) => _ec.ImportPkcs8PrivateKey(pkcs8, out _);

        protected override byte[] SignCore(ReadOnlySpan<byte> signingInput) =>
            _ec.SignData(signingInput, SigningAlgorithms.HashOf(Algorithm), DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
