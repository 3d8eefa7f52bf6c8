using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Mails;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.Sessions;

namespace Sso.Accounts.Sessions;

/// <summary>
/// Browsers that are spared the second factor, as their owners asked (<see cref="TrustKeeping"/>). The cookie is the device's id and a
/// secret that changes at each use; somebody who brings a secret that was replaced more than ten seconds ago has a copy, and the device is
/// forgotten.
/// </summary>
public sealed class DeviceTrust(SsoDbContext database, DeviceSecrets secrets, SecurityMails mails, TimeProvider clock)
{
    /// <summary>The device of this browser, if it belongs to this person and its secret is good.</summary>
    public async Task<TrustedDevice?> FindAsync(Visit visit, Guid personId, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        return await RowAsync(visit, personId, now, cancellation) is { } row && IsGood(row, SecretOf(visit), now) ? row : null;
    }

    /// <summary>
    /// Uses the device after the right password: returns its id if it is good. Its secret is replaced by whichever of two tabs comes first.
    /// To be called in the transaction of the proof that it spares, so that it does not count for a proof that comes after the trust was
    /// withdrawn.
    /// </summary>
    public async Task<Guid?> UseAsync(Visit visit, Guid personId, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (await RowAsync(visit, personId, now, cancellation) is not { } row)
        {
            return null;
        }

        var presented = SecretOf(visit);
        if (!IsGood(row, presented, now))
        {
            if (secrets.IsNewer(row, TextOf(visit)))
            {
                // It was given out after the backup from which this database comes. Nobody copied it; but whoever has an older one could
                // use that, and the database no longer knows that it was replaced.
                await database.EndTrustAsync(row.PersonId, row.Id, "trust newer than the database", now, cancellation);
            }
            else
            {
                await ForgetCopiedAsync(visit, row, now, cancellation);
            }

            return null;
        }

        var secret = secrets.Make(row.Id, now);
        var replaced = await database.TrustedDevices.Where(device => device.Id == row.Id && device.SecretHash == presented)
            .ExecuteUpdateAsync(
                set => set.SetProperty(device => device.FormerSecretHash, presented)
                    .SetProperty(device => device.SecretHash, TrustedDevice.HashOf(secret))
                    .SetProperty(device => device.ReplacedAt, now).SetProperty(device => device.LastUsedAt, now)
                    .SetProperty(device => device.Address, visit.Address),
                cancellation);
        if (replaced == 1)
        {
            visit.GiveDevice($"{row.Id:N}.{secret}", row.ExpiresAt - now);
        }

        return row.Id;
    }

    /// <summary>The device that this browser says it is; it proves nothing.</summary>
    public static Guid? IdOf(Visit visit) =>
        visit.Device?.Split('.') is [var id, _] && Guid.TryParseExact(id, "N", out var parsed) ? parsed : null;

    private async Task ForgetCopiedAsync(Visit visit, TrustedDevice row, DateTimeOffset now, CancellationToken cancellation)
    {
        await database.EndTrustAsync(row.PersonId, row.Id, "copied device", now, cancellation);
        database.SecurityEvents.Add(SecurityEvent.DeviceCopied(now, row.PersonId));
        await mails.TellAsync(database, visit, row.PersonId, MailTable.DeviceCopied, cancellation);
        await database.SaveChangesAsync(cancellation);
    }

    private async Task<TrustedDevice?> RowAsync(Visit visit, Guid personId, DateTimeOffset now, CancellationToken cancellation)
    {
        if (IdOf(visit) is not { } id)
        {
            return null;
        }

        return await database.TrustedDevices.AsNoTracking()
            .SingleOrDefaultAsync(row => row.Id == id && row.PersonId == personId && row.ExpiresAt > now, cancellation);
    }

    private static bool IsGood(TrustedDevice row, byte[] presented, DateTimeOffset now) =>
        CryptographicOperations.FixedTimeEquals(row.SecretHash, presented)
        || (row.FormerSecretHash is { } former && CryptographicOperations.FixedTimeEquals(former, presented)
            && now - row.ReplacedAt <= TrustedDevice.Grace);

    private static byte[] SecretOf(Visit visit) => TrustedDevice.HashOf(TextOf(visit));

    private static string TextOf(Visit visit) => visit.Device!.Split('.')[1];
}
