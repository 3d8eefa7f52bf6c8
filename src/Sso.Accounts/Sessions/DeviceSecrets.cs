using System.Buffers.Binary;
using System.Security.Cryptography;
using Sso.Data.Secrets;
using Sso.Data.Sessions;

namespace Sso.Accounts.Sessions;

/// <summary>
/// The secrets of remembered browsers: 128 random bits and, sealed with them, when they were made. One that is newer than the row of its
/// device dates from after the backup from which the database was restored.
/// </summary>
public sealed class DeviceSecrets(Sealer sealer)
{
    private const int RandomSize = 16;

    public string Make(Guid device, DateTimeOffset now)
    {
        Span<byte> plain = stackalloc byte[RandomSize + 8];
        RandomNumberGenerator.Fill(plain[..RandomSize]);
        BinaryPrimitives.WriteInt64BigEndian(plain[RandomSize..], now.ToUnixTimeMilliseconds());
        return sealer.Seal(PurposeOf(device), plain, TrustedDevice.Lifetime);
    }

    /// <summary>Whether this server made the secret for this device after the one that the row knows.</summary>
    public bool IsNewer(TrustedDevice row, string secret) =>
        sealer.Open(PurposeOf(row.Id), secret) is { Length: RandomSize + 8 } plain
            && BinaryPrimitives.ReadInt64BigEndian(plain.AsSpan(RandomSize))
                > (row.ReplacedAt ?? row.CreatedAt).ToUnixTimeMilliseconds();

    private static string PurposeOf(Guid device) => $"device {device:N}";
}
