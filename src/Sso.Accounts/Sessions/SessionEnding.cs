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

/// <summary>Lists the sessions of the viewer and ends them, with whatever applications got from them.</summary>
public sealed class SessionEnding(SsoDbContext database, BrowserSessions sessions, TimeProvider clock)
{
    private const int MostListed = 100;

    public async Task<IReadOnlyList<SessionView>> ListAsync(SignInRow signIn, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var seenSince = now - BrowserSessions.Idle;
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
        await sessions.RenewAsync(visit, signIn, cancellation);
        database.SecurityEvents.Add(SecurityEvent.OtherSessionsEnded(now, signIn.PersonId, signIn.SessionId));
    }, cancellation);
}
