using System.Buffers.Binary;
using System.Globalization;
using Sso.Data.Factors;
using Sso.Data.Secrets;

namespace Sso.Delivery;

/// <summary>
/// The six digits of a challenge: HMAC(data key, challenge id). Nothing readable is stored, and while the code is valid the same one can
/// leave again by any route.
/// </summary>
public static class MessageCode
{
    private const string Purpose = "MessageCode";

    /// <summary>Six digits, leading zeros kept; null if the data key is not known here.</summary>
    public static string? Derive(Sealer sealer, MessageChallenge challenge)
    {
        Span<byte> id = stackalloc byte[16];
        challenge.Id.TryWriteBytes(id, bigEndian: true, out _);
        // 128 bits modulo a million: the bias is below 2^-108.
        return sealer.Derive(challenge.KeyId, Purpose, id) is { } mac
            ? ((int)(BinaryPrimitives.ReadUInt128BigEndian(mac) % 1_000_000)).ToString("D6", CultureInfo.InvariantCulture)
            : null;
    }
}
