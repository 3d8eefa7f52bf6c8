namespace Sso.Protocol.Tokens;

/// <summary>A key that signs JWTs. Implementations live as long as the key and are safe for concurrent use.</summary>
public abstract class SignatureKey
{
    public abstract string KeyId { get; }

    public abstract string Algorithm { get; }

    /// <summary>The JWS signature of the signing input (RFC 7515 §5.1); for ES256 in the fixed-length form of RFC 7518 §3.4.</summary>
    public abstract byte[] Sign(ReadOnlySpan<byte> signingInput);
}
