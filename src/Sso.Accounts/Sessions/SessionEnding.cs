using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.Sessions;

namespace Sso.Accounts.Sessions;

/// <summary>A browser that is signed in, or half-way there.</summary>
/// <param name="UserAgent">What the browser says about itself.</param>
/// <param name="IsComplete">False if the sign-in still lacks a step.</param>
public sealed record SessionView(
    Guid Id, string? UserAgent, string? Address, DateTimeOffset Since, DateTimeOffset LastSeenAt, bool IsComplete, bool IsThis);

/// <summary>
/// The sessions of a person and their ends. What applications got from one is revoked with it; at an ordinary sign-out all but what was
/// granted for offline access.
/// </summary>
public sealed class SessionEnding(SsoDbContext database, BrowserSessions sessions, TimeProvider clock)
{
    private const int MostListed = 100;

    public async Task<IReadOnlyList<SessionView>> ListAsync(SignInRow signIn, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var seenSince = now - Session.Idle;
        var rows = await database.Sessions.AsNoTracking()
            .Where(row => row.PersonId == signIn.PersonId && row.EndedAt == null && row.ExpiresAt > now && row.LastSeenAt > seenSince)
            .OrderByDescending(row => row.LastSeenAt).Take(MostListed).ToListAsync(cancellation);
        return
        [
            .. from row in rows
               let isThis = row.Id == signIn.SessionId
               orderby isThis descending
               select new SessionView(
                   row.Id,
                   row.UserAgent,
                   row.Address,
                   row.SignedInAt ?? row.CreatedAt,
                   row.LastSeenAt,
                   row.SignedInAt is not null,
                   isThis),
        ];
    }

    /// <summary>
    /// Ends the session of this browser and the grants that depend on it; a grant with offline_access outlives an ordinary sign-out
    /// (Back-Channel Logout §2.7).
    /// </summary>
    /// <returns>The session that ended; null if none was live.</returns>
    public async Task<Guid?> SignOutAsync(Visit visit, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var ended = await sessions.FindAsync(visit, now, cancellation);
        if (ended is { } session)
        {
            await database.AllOrNothingAsync(async () =>
            {
                database.SecurityEvents.Add(SecurityEvent.SignedOut(now, session.PersonId, session.Id));
                await database.SaveChangesAsync(cancellation);
                await database.SignOutAsync(session.Id, "signed out", now, cancellation);
            }, cancellation);
        }

        visit.TakeSession();
        return ended?.Id;
    }

    /// <summary>How the session ended that this browser still names; null if it is live, or no session has that name any more.</summary>
    public async Task<SessionEnd?> EndOfAsync(Visit visit, CancellationToken cancellation)
    {
        if (visit.SessionHandle is not { Length: > 0 } handle)
        {
            return null;
        }

        var (hash, now) = (Session.HashOf(handle), clock.GetUtcNow());
        var since = now - Session.Idle;
        return await database.Sessions.Where(session => session.HandleHash == hash)
            .Select(session => session.EndedAt != null ? SessionEnd.Ended
                : session.ExpiresAt <= now || session.LastSeenAt <= since ? SessionEnd.Expired
                : (SessionEnd?)null)
            .SingleOrDefaultAsync(cancellation);
    }

    /// <summary>False if it had already ended.</summary>
    public Task<bool> EndAsync(SignInRow signIn, Guid sessionId, CancellationToken cancellation) => database.AllOrNothingAsync(async () =>
    {
        var now = clock.GetUtcNow();
        if (!await database.EndSessionAsync(signIn.PersonId, sessionId, "ended by its owner", now, cancellation))
        {
            return false;
        }

        database.SecurityEvents.Add(SecurityEvent.SessionEnded(now, signIn.PersonId, sessionId));
        return true;
    }, cancellation);

    /// <summary>This browser gets another cookie, so that a copy of its former one is signed out with the others.</summary>
    public Task EndOthersAsync(Visit visit, SignInRow signIn, CancellationToken cancellation) => database.AllOrNothingAsync(async () =>
    {
        var now = clock.GetUtcNow();
        await database.EndOtherSessionsAsync(
            signIn.PersonId, signIn.SessionId, DeviceTrust.IdOf(visit), "ended by its owner", now, cancellation);
        await RenewAsync(visit, signIn, cancellation);
        database.SecurityEvents.Add(SecurityEvent.OtherSessionsEnded(now, signIn.PersonId, signIn.SessionId));
    }, cancellation);

    /// <summary>
    /// Gives the browser another handle for the same session, so that a copy of the former one is worth nothing. To be called inside the
    /// transaction of its cause; false if the session has ended.
    /// </summary>
    public async Task<bool> RenewAsync(Visit visit, SignInRow signIn, CancellationToken cancellation)
    {
        var handle = SessionHandle.New(visit.SessionHandle);
        var hash = Session.HashOf(handle);
        if (await database.Sessions.Where(session => session.Id == signIn.SessionId && session.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.HandleHash, hash), cancellation) == 0)
        {
            return false;
        }

        visit.GiveSession(handle);
        return true;
    }
}
