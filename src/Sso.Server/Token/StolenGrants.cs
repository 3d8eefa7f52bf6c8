using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Grants;
using Sso.Data.Operations;

namespace Sso.Server.Token;

/// <summary>
/// A code or refresh token that comes again is in a thief's and a victim's hands: its grant is revoked for both. So is that of a token
/// newer than a restored database, which no longer knows which older ones were used.
/// </summary>
internal static class StolenGrants
{
    /// <summary>Once, with one event.</summary>
    /// <param name="database">Where it is.</param>
    /// <param name="grant">What ends.</param>
    /// <param name="because">Kept in its row.</param>
    /// <param name="recorded">Null where nobody is suspected.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellation">Stops before anything was changed.</param>
    public static Task RevokeAsync(
        this SsoDbContext database, Grant grant, string because, SecurityEvent? recorded, DateTimeOffset now,
        CancellationToken cancellation) => database.AllOrNothingAsync(async () =>
    {
        var revoked = await database.Grants.Where(row => row.Id == grant.Id && row.ClientId == grant.ClientId && row.RevokedAt == null)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.RevokedAt, now).SetProperty(row => row.RevokedBecause, because), cancellation);
        if (revoked == 1 && recorded is not null)
        {
            database.SecurityEvents.Add(recorded);
            await database.SaveChangesAsync(cancellation);
        }

    }, cancellation);
}
