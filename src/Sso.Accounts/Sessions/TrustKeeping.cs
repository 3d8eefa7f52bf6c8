using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.Sessions;

namespace Sso.Accounts.Sessions;

/// <summary>The browsers that an owner trusts: given after a second factor, listed, and taken back.</summary>
public sealed class TrustKeeping(SsoDbContext database, DeviceSecrets secrets, TimeProvider clock)
{
    /// <summary>Remembers this browser after a second factor; with the eleventh, the one that was unused longest goes.</summary>
    public async Task TrustAsync(Visit visit, SignInRow signIn, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var secret = secrets.Make(id, now);
        var device = new TrustedDevice
        {
            Id = id,
            PersonId = signIn.PersonId,
            SecretHash = TrustedDevice.HashOf(secret),
            CreatedAt = now,
            ExpiresAt = now + TrustedDevice.Lifetime,
            LastUsedAt = now,
            Address = visit.Address,
            UserAgent = UserAgents.Shorten(visit.UserAgent),
        };
        var former = DeviceTrust.IdOf(visit);
        var isTrusted = await database.AllOrNothingAsync(async () =>
        {
            // A browser that was signed out a moment ago must not become trusted for thirty days.
            if (!await database.HoldAsync(signIn, cancellation))
            {
                return false;
            }

            var kept = await database.TrustedDevices
                .Where(row => row.PersonId == signIn.PersonId && row.ExpiresAt > now && row.Id != former)
                .OrderByDescending(row => row.LastUsedAt).Select(row => row.Id).Take(TrustedDevice.MostPerPerson - 1)
                .ToListAsync(cancellation);
            await database.TrustedDevices.Where(row => row.PersonId == signIn.PersonId && !kept.Contains(row.Id))
                .ExecuteDeleteAsync(cancellation);
            database.TrustedDevices.Add(device);
            database.SecurityEvents.Add(SecurityEvent.DeviceTrusted(now, signIn.PersonId));
            return true;
        }, cancellation);
        if (isTrusted)
        {
            visit.GiveDevice($"{device.Id:N}.{secret}", TrustedDevice.Lifetime);
        }
    }

    /// <summary>The current devices of a person, the one used last first.</summary>
    public Task<List<TrustedDevice>> ListAsync(Guid personId, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        return database.TrustedDevices.AsNoTracking().Where(row => row.PersonId == personId && row.ExpiresAt > now)
            .OrderByDescending(row => row.LastUsedAt).ToListAsync(cancellation);
    }

    /// <summary>The owner withdraws the trust; a device of somebody else is not found.</summary>
    public Task ForgetAsync(Guid personId, Guid id, CancellationToken cancellation) => database.AllOrNothingAsync(async () =>
    {
        var now = clock.GetUtcNow();
        if (!await database.EndTrustAsync(personId, id, "trust taken back", now, cancellation))
        {
            return false;
        }

        database.SecurityEvents.Add(SecurityEvent.DeviceForgotten(now, personId));
        return true;
    }, cancellation);
}
