using Microsoft.EntityFrameworkCore;

namespace Sso.Data.Sessions;

/// <summary>Ends what a person has open, in one step on all nodes: every reader asks these rows.</summary>
public static class SignOutEverywhere
{
    /// <summary>Ends all sessions but the one named, and revokes every grant that does not live by that one. Call it inside the transaction of its cause.</summary>
    public static async Task EndEverythingAsync(
        this SsoDbContext database, Guid personId, Guid? keptSessionId, string because, DateTimeOffset now, CancellationToken cancellation)
    {
        await database.Sessions
            .Where(session => session.PersonId == personId && session.EndedAt == null && session.Id != keptSessionId)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.EndedAt, now), cancellation);
        await database.Grants
            .Where(grant => grant.PersonId == personId && grant.RevokedAt == null && (grant.Offline || grant.SessionId != keptSessionId))
            .ExecuteUpdateAsync(
                set => set.SetProperty(grant => grant.RevokedAt, now).SetProperty(grant => grant.RevokedBecause, because), cancellation);
    }
}
