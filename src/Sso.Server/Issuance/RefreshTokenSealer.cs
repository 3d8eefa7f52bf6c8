using System.Buffers.Binary;
using Sso.Data.Secrets;

namespace Sso.Server.Issuance;

/// <summary>Refresh tokens: a sealed handle of grant, its secret, and the generation (RFC 9700 §4.14).</summary>
internal sealed class RefreshTokenSealer(Sealer sealer, TokenOptions options)
{
    private const string Purpose = "refresh token";

    public string Seal(RefreshHandle handle)
    {
        Span<byte> plain = stackalloc byte[36];
        handle.GrantId.TryWriteBytes(plain, bigEndian: true, out _);
        handle.Secret.CopyTo(plain[16..]);
        BinaryPrimitives.WriteInt32BigEndian(plain[32..], handle.Generation);
        return sealer.Seal(Purpose, plain, options.RefreshTokenAbsolute);
    }

    public RefreshHandle? Open(string? token) => sealer.Open(Purpose, token) is { Length: 36 } plain
        ? new(new Guid(plain.AsSpan(0, 16), bigEndian: true), plain[16..32], BinaryPrimitives.ReadInt32BigEndian(plain.AsSpan(32)))
        : null;
}

/// <summary>What a refresh token says; the row decides whether it is worth anything.</summary>
internal sealed record RefreshHandle(Guid GrantId, byte[] Secret, int Generation)
{
    public override string ToString() => "(refresh token)";
}
