using Microsoft.EntityFrameworkCore;
using Sso.Data.Grants;

namespace Sso.Data.Logout;

/// <summary>Which applications must hear that a session is over: those that got an ID token in it (Back-Channel Logout §2.5).</summary>
public static class LogoutNotices
{
    /// <summary>
    /// Adds the notices and saves them, inside the transaction that ended the sessions and before its grants are deleted. An application
    /// that was told, or is about to be, is not told twice.
    /// </summary>
    /// <param name="database">The context of that transaction.</param>
    /// <param name="grants"> The grants of the sessions that ended; one that was voided by a failed redemption gave nothing and does not
    /// count.
    /// </param>
    /// <param name="now">UTC.</param>
    /// <param name="cancellation">Stops the reading.</param>
    public static async Task AddLogoutNoticesAsync(
        this SsoDbContext database, IQueryable<Grant> grants, DateTimeOffset now, CancellationToken cancellation)
    {
        var told = await (
            from grant in grants.AsNoTracking()
            join client in database.Clients.AsNoTracking() on grant.ClientId equals client.Id
            where client.BackchannelLogoutUri != null
                && (grant.RevokedAt == null || grant.RevokedAt != grant.CreatedAt)
                && !database.LogoutNotices.Any(notice => notice.SessionId == grant.SessionId && notice.ClientId == grant.ClientId)
            select new { grant.SessionId, grant.ClientId, grant.PersonId }).Distinct().ToListAsync(cancellation);
        if (told.Count == 0)
        {
            return;
        }

        database.LogoutNotices.AddRange(told.Select(row => new LogoutNotice
        {
            SessionId = row.SessionId,
            ClientId = row.ClientId,
            PersonId = row.PersonId,
            CreatedAt = now,
            NextAttemptAt = now,
            GivenUpAt = now + LogoutNotice.Life,
        }));
        await database.SaveChangesAsync(cancellation);
    }
}
