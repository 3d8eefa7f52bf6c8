using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Sso.Data.Secrets;

namespace Sso.Server.Dpop;

/// <summary>
/// The nonces for proofs (RFC 9449 §8): derived from the data key and the time, so any node knows those of every other and nothing is
/// stored. Each is good for two and a half to five minutes.
/// </summary>
public sealed class DpopNonces(Sealer sealer, TimeProvider clock)
{
    private const int Step = 150;

    public string Current => Derive(clock.GetUtcNow().ToUnixTimeSeconds() / Step);

    public bool IsOurs(string nonce)
    {
        var step = clock.GetUtcNow().ToUnixTimeSeconds() / Step;
        return IsSame(nonce, Derive(step)) || IsSame(nonce, Derive(step - 1));
    }

    private string Derive(long step)
    {
        Span<byte> data = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(data, step);
        return Base64Url.EncodeToString(sealer.Derive(sealer.CurrentKeyId, "dpop nonce", data)!.AsSpan(0, 18));
    }

    private static bool IsSame(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));
}
