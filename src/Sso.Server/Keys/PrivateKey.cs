using System.Diagnostics;
using System.Security.Cryptography;
using Sso.Protocol;
using Sso.Protocol.Tokens;
using Sso.Server.Operations;

namespace Sso.Server.Keys;

/// <summary>The private half of a signing key, on the key object of the framework, which lives as long as the key.</summary>
internal abstract class PrivateKey(string keyId, ServerMetrics metrics) : SignatureKey
{
    public override string KeyId => keyId;

    public static PrivateKey Import(string keyId, string algorithm, byte[] pkcs8, ServerMetrics metrics) => algorithm switch
    {
        SigningAlgorithms.RS256 => new RsaKey(keyId, pkcs8, metrics),
        SigningAlgorithms.ES256 => new EcKey(keyId, pkcs8, metrics),
        _ => throw new UnreachableException(),
    };

    public sealed override byte[] Sign(ReadOnlySpan<byte> signingInput)
    {
        metrics.CountSignature(Algorithm);
        return SignCore(signingInput);
    }

    protected abstract byte[] SignCore(ReadOnlySpan<byte> signingInput);

    private sealed class RsaKey : PrivateKey
    {
        private readonly RSA _rsa = RSA.Create();

        public RsaKey(string keyId, byte[] pkcs8, ServerMetrics metrics)
            : base(keyId, metrics) => _rsa.ImportPkcs8PrivateKey(pkcs8, out _);

        public override string Algorithm => SigningAlgorithms.RS256;

        protected override byte[] SignCore(ReadOnlySpan<byte> signingInput) =>
            _rsa.SignData(signingInput, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private sealed class EcKey : PrivateKey
    {
        private readonly ECDsa _ec = ECDsa.Create();

        public EcKey(string keyId, byte[] pkcs8, ServerMetrics metrics)
            : base(keyId, metrics) => _ec.ImportPkcs8PrivateKey(pkcs8, out _);

        public override string Algorithm => SigningAlgorithms.ES256;

        protected override byte[] SignCore(ReadOnlySpan<byte> signingInput) =>
            _ec.SignData(signingInput, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
