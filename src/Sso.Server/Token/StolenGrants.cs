using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Grants;
using Sso.Data.Operations;

namespace Sso.Server.Token;

/// <summary>A code or refresh token that comes again is in a thief's and a victim's hands: its grant is revoked for both.</summary>
internal static class StolenGrants
{
    /// <summary>Once, with one event.</summary>
    public static Task RevokeStolenAsync(
        this SsoDbContext database, Grant grant, string because, SecurityEvent recorded, DateTimeOffset now,
        CancellationToken cancellation) => database.AllOrNothingAsync(async () =>
    {
        var revoked = await database.Grants.Where(row => row.Id == grant.Id && row.ClientId == grant.ClientId && row.RevokedAt == null)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.RevokedAt, now).SetProperty(row => row.RevokedBecause, because), cancellation);
        if (revoked == 1)
        {
            database.SecurityEvents.Add(recorded);
            await database.SaveChangesAsync(cancellation);
        }

    }, cancellation);
}
