using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Administrators;
using Sso.Data.Factors;
using Sso.Data.Grants;
using Sso.Data.People;
using Sso.Data.Sessions;

namespace Sso.Data.Logout;

/// <summary>
/// Ends what a person has open, in one step on all nodes: every reader asks these rows. The notices to the applications of a session are
/// written in the same transaction. Rows are locked in one order everywhere: the person, on whom proofs wait (<see cref="PersonLock"/>),
/// then the sessions, on which new grants wait (<see cref="GrantInsertion"/>), then the grants.
/// </summary>
public static class SignOutEverywhere
{
    /// <summary>
    /// Ends all sessions except the one named, half-finished recoveries, trusted devices and what the person proposed as an administrator,
    /// and revokes every grant that does not depend on that session. To be called inside the transaction of its cause.
    /// </summary>
    public static async Task EndEverythingAsync(
        this SsoDbContext database, Guid personId, Guid? keptSessionId, string because, DateTimeOffset now, CancellationToken cancellation)
    {
        await database.HoldPersonAsync(personId, cancellation);
        await database.TrustedDevices.Where(device => device.PersonId == personId).ExecuteDeleteAsync(cancellation);
        await database.EndRecoveryAsync(personId, openedIn: null, now, cancellation);
        await database.DropProposalsOfAsync(personId, cancellation);
        await database.EndSessionsAsync(personId, keptSessionId, now, cancellation);
        await database.RevokeAsync(
            database.Grants.Where(grant => grant.PersonId == personId && (grant.Offline || grant.SessionId != keptSessionId)),
            told: database.Grants.Where(grant => grant.PersonId == personId && grant.SessionId != keptSessionId),
            because, now, cancellation);
    }

    /// <summary>
    /// The end of a recovery: a new factor was proved, and all the others go with the recovery codes, the trusted devices and everything
    /// that is open elsewhere. Inside the transaction of the proof.
    /// </summary>
    public static async Task RemoveOtherFactorsAsync(
        this SsoDbContext database, Guid personId, Guid newFactorId, Guid keptSessionId, DateTimeOffset now, CancellationToken cancellation)
    {
        await database.SecondFactors.Where(row => row.PersonId == personId && row.Id != newFactorId && row.UsedForSignIn)
            .ExecuteDeleteAsync(cancellation);
        await database.RecoveryCodes.Where(row => row.PersonId == personId).ExecuteDeleteAsync(cancellation);
        await database.Users.Where(row => row.Id == personId)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.RecoveryCodesSavedAt, (DateTimeOffset?)null), cancellation);
        await database.EndEverythingAsync(personId, keptSessionId, "second factor replaced", now, cancellation);
    }

    /// <summary>
    /// Ends one session with every grant that came from it, offline ones too: whoever sits there is out. False if it was not live or not
    /// theirs. To be called inside the transaction of its cause.
    /// </summary>
    public static async Task<bool> EndSessionAsync(
        this SsoDbContext database, Guid personId, Guid sessionId, string because, DateTimeOffset now, CancellationToken cancellation)
    {
        var ended = await database.Sessions
            .Where(session => session.Id == sessionId && session.PersonId == personId && session.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.EndedAt, now), cancellation);
        var grants = database.Grants.Where(grant => grant.PersonId == personId && grant.SessionId == sessionId);
        await database.RevokeAsync(grants, grants, because, now, cancellation);
        return ended == 1;
    }

    /// <summary>
    /// Ends one session as an ordinary sign-out does: a grant with offline_access outlives it (Back-Channel Logout §2.7). To be called
    /// inside the transaction of its cause.
    /// </summary>
    public static async Task SignOutAsync(
        this SsoDbContext database, Guid sessionId, string because, DateTimeOffset now, CancellationToken cancellation)
    {
        await database.Sessions.Where(session => session.Id == sessionId && session.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.EndedAt, now), cancellation);
        var grants = database.Grants.Where(grant => grant.SessionId == sessionId);
        await database.RevokeAsync(grants.Where(grant => !grant.Offline), grants, because, now, cancellation);
    }

    /// <summary>
    /// Ends every other session with the grants that came from them, and the trust in every other browser; what came from the kept session
    /// stays. To be called inside the transaction of its cause.
    /// </summary>
    /// <param name="keptDeviceId">The trusted device of the browser that stays.</param>
    public static async Task EndOtherSessionsAsync(
        this SsoDbContext database, Guid personId, Guid keptSessionId, Guid? keptDeviceId,
        string because, DateTimeOffset now, CancellationToken cancellation)
    {
        await database.HoldPersonAsync(personId, cancellation);
        await database.TrustedDevices.Where(device => device.PersonId == personId && device.Id != keptDeviceId)
            .ExecuteDeleteAsync(cancellation);
        await database.EndSessionsAsync(personId, keptSessionId, now, cancellation);
        var grants = database.Grants.Where(grant => grant.PersonId == personId && grant.SessionId != keptSessionId);
        await database.RevokeAsync(grants, grants, because, now, cancellation);
    }

    /// <summary>
    /// Voids the codes that were issued and not redeemed yet, in every session of the person. To be called inside the transaction of its
    /// cause, before grants are revoked.
    /// </summary>
    public static Task<int> VoidCodesAsync(this SsoDbContext database, Guid personId, CancellationToken cancellation)
    {
        var secret = NewSecret();
        return database.Sessions.Where(session => session.PersonId == personId && session.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.Secret, secret), cancellation);
    }

    /// <summary>The kept session gets another secret, so that no earlier code is redeemed.</summary>
    private static Task<int> EndSessionsAsync(
        this SsoDbContext database, Guid personId, Guid? keptSessionId, DateTimeOffset now, CancellationToken cancellation)
    {
        var secret = NewSecret();
        return database.Sessions.Where(session => session.PersonId == personId && session.EndedAt == null).ExecuteUpdateAsync(
            set => set
                .SetProperty(session => session.EndedAt, session => session.Id == keptSessionId ? null : now)
                .SetProperty(session => session.Secret, secret),
            cancellation);
    }

    private static async Task RevokeAsync(
        this SsoDbContext database, IQueryable<Grant> revoked, IQueryable<Grant> told,
        string because, DateTimeOffset now, CancellationToken cancellation)
    {
        await database.AddLogoutNoticesAsync(told, now, cancellation);
        await revoked.Where(grant => grant.RevokedAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(grant => grant.RevokedAt, now).SetProperty(grant => grant.RevokedBecause, because), cancellation);
    }

    private static byte[] NewSecret() => RandomNumberGenerator.GetBytes(Session.SecretLength);
}
