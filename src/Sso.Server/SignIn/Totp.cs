using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sso.Server.SignIn;

/// <summary>
/// Time-based one-time passwords (RFC 6238) as every authenticator app computes them: HMAC-SHA-1, six digits, steps of 30 seconds.
/// </summary>
internal static class Totp
{
    public const int SeedSize = 20;
    private const int StepSeconds = 30;
    private const int Window = 1;

    public static long StepAt(DateTimeOffset time) => time.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>RFC 4226 §5.3.</summary>
    public static string Code(ReadOnlySpan<byte> seed, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // RFC 6238 §1.2 and every app in use fix HMAC-SHA-1.
        HMACSHA1.HashData(seed, counter, hash);
#pragma warning restore CA5350
        var value = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 0x0F)..]) & 0x7FFFFFFF;
        return (value % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// The step that a code belongs to, one either side of now (RFC 6238 §5.2); null when none. All steps are compared, whichever matches.
    /// </summary>
    public static long? Match(ReadOnlySpan<byte> seed, string code, DateTimeOffset now)
    {
        long? matched = null;
        for (var step = StepAt(now) - Window; step <= StepAt(now) + Window; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Code(seed, step)), Encoding.ASCII.GetBytes(code)))
            {
                matched = step;
            }
        }

        return matched;
    }
}
