using Microsoft.EntityFrameworkCore;
using Sso.Data.Factors;
using Sso.Data.Logout;

namespace Sso.Data.Sessions;

/// <summary>
/// Ends what a person has open, in one step on all nodes: every reader asks these rows. The applications of a
/// session are told in the same transaction.
/// </summary>
public static class SignOutEverywhere
{
    /// <summary>
    /// Ends all sessions but the one named, half-finished ways back and trusted devices, and revokes every grant that does not live by that
    /// one. Call it inside the transaction of its cause.
    /// </summary>
    public static async Task EndEverythingAsync(
        this SsoDbContext database, Guid personId, Guid? keptSessionId, string because, DateTimeOffset now, CancellationToken cancellation)
    {
        await database.TrustedDevices.Where(device => device.PersonId == personId).ExecuteDeleteAsync(cancellation);
        await database.EndRecoveryAsync(personId, openedIn: null, now, cancellation);
        await database.Sessions
            .Where(session => session.PersonId == personId && session.EndedAt == null && session.Id != keptSessionId)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.EndedAt, now), cancellation);
        await database.AddLogoutNoticesAsync(
            database.Grants.Where(grant => grant.PersonId == personId && grant.SessionId != keptSessionId), now, cancellation);
        await database.Grants
            .Where(grant => grant.PersonId == personId && grant.RevokedAt == null && (grant.Offline || grant.SessionId != keptSessionId))
            .ExecuteUpdateAsync(
                set => set.SetProperty(grant => grant.RevokedAt, now).SetProperty(grant => grant.RevokedBecause, because), cancellation);
    }

    /// <summary>
    /// Ends one session with every grant that came from it, offline ones too: whoever sits there is out. False when it was not living or
    /// not theirs. Call it inside the transaction of its cause.
    /// </summary>
    public static async Task<bool> EndSessionAsync(
        this SsoDbContext database, Guid personId, Guid sessionId, string because, DateTimeOffset now, CancellationToken cancellation)
    {
        var ended = await database.Sessions
            .Where(session => session.Id == sessionId && session.PersonId == personId && session.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.EndedAt, now), cancellation);
        await database.AddLogoutNoticesAsync(
            database.Grants.Where(grant => grant.PersonId == personId && grant.SessionId == sessionId), now, cancellation);
        await database.Grants
            .Where(grant => grant.PersonId == personId && grant.SessionId == sessionId && grant.RevokedAt == null)
            .ExecuteUpdateAsync(
                set => set.SetProperty(grant => grant.RevokedAt, now).SetProperty(grant => grant.RevokedBecause, because), cancellation);
        return ended == 1;
    }

    /// <summary>
    /// Ends every other session with the grants that came from them; what came from the kept one stays.
    /// Inside the transaction of its cause.
    /// </summary>
    public static async Task EndOtherSessionsAsync(
        this SsoDbContext database, Guid personId, Guid keptSessionId, string because, DateTimeOffset now, CancellationToken cancellation)
    {
        await database.Sessions
            .Where(session => session.PersonId == personId && session.Id != keptSessionId && session.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.EndedAt, now), cancellation);
        await database.AddLogoutNoticesAsync(
            database.Grants.Where(grant => grant.PersonId == personId && grant.SessionId != keptSessionId), now, cancellation);
        await database.Grants
            .Where(grant => grant.PersonId == personId && grant.SessionId != keptSessionId && grant.RevokedAt == null)
            .ExecuteUpdateAsync(
                set => set.SetProperty(grant => grant.RevokedAt, now).SetProperty(grant => grant.RevokedBecause, because), cancellation);
    }
}
