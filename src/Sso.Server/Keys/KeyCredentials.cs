using Microsoft.IdentityModel.Tokens;

namespace Sso.Server.Keys;

/// <summary>A key of the ring in the form in which the library that writes JWTs takes one.</summary>
internal sealed class KeyCredentials : SigningCredentials
{
    public KeyCredentials(PrivateKey key)
        : base(new NamedKey(key.KeyId), key.Algorithm) =>
        CryptoProviderFactory = new() { CustomCryptoProvider = new OneKey(new Signing(key, Key)) };

    private sealed class NamedKey(string id) : SecurityKey
    {
        public override string KeyId { get; set; } = id;

        public override int KeySize => 0;
    }

    /// <summary>Hands the same signer out again and again: it holds nothing of one signature.</summary>
    private sealed class OneKey(Signing signing) : ICryptoProvider
    {
        public bool IsSupportedAlgorithm(string algorithm, params object[] args) => algorithm == signing.Algorithm;

        public object Create(string algorithm, params object[] args) => signing;

        public void Release(object cryptoInstance) { }
    }

    private sealed class Signing(PrivateKey key, SecurityKey named) : SignatureProvider(named, key.Algorithm)
    {
        public override byte[] Sign(byte[] input) => key.Sign(input);

        public override byte[] Sign(byte[] input, int offset, int count) => key.Sign(input.AsSpan(offset, count));

        public override bool Sign(ReadOnlySpan<byte> data, Span<byte> destination, out int bytesWritten)
        {
            var signature = key.Sign(data);
            bytesWritten = signature.Length;
            return signature.AsSpan().TryCopyTo(destination);
        }

        public override bool Verify(byte[] input, byte[] signature) => throw new NotSupportedException("It signs.");

        protected override void Dispose(bool disposing) { }
    }
}
