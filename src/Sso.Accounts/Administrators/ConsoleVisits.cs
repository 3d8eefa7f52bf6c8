using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Administrators;
using Sso.Data.Sessions;

namespace Sso.Accounts.Administrators;

/// <summary>Who is at the console, as far as a session says; whether enough is proved, the gate decides.</summary>
/// <param name="Role">Null for somebody who is no administrator.</param>
/// <param name="SeenAt">When this session was last used for the console.</param>
public sealed record ConsoleVisitor(Guid SessionId, Guid PersonId, AdministratorRole? Role, DateTimeOffset? SeenAt);

/// <summary>
/// The sessions of the console: closed after 15 minutes in which nothing was asked of it, and 8 hours after the proof. Whoever comes in, or
/// comes back later than that, needs a proof no older than the idle time.
/// </summary>
public sealed class ConsoleVisits(SsoDbContext database, TimeProvider clock)
{
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(15);
    public static readonly TimeSpan Absolute = TimeSpan.FromHours(8);

    /// <summary>Last-seen is written at most this often.</summary>
    private static readonly TimeSpan SeenInterval = TimeSpan.FromMinutes(1);

    /// <summary>Null without a session. The role is read each time, so it ends at once when it is taken away.</summary>
    public async Task<ConsoleVisitor?> FindAsync(Visit visit, CancellationToken cancellation)
    {
        if (visit.SessionHandle is not { Length: > 0 } handle)
        {
            return null;
        }

        var (hash, now) = (Session.HashOf(handle), clock.GetUtcNow());
        var seenSince = now - Session.Idle;
        return await (
            from session in database.Sessions.AsNoTracking()
            where session.HandleHash == hash && session.EndedAt == null && session.ExpiresAt > now
                && session.LastSeenAt > seenSince
            join given in database.Administrators.AsNoTracking() on session.PersonId equals given.PersonId into roles
            from role in roles.DefaultIfEmpty()
            select new ConsoleVisitor(
                session.Id, session.PersonId, role == null ? (AdministratorRole?)null : role.Role, session.ConsoleSeenAt))
            .SingleOrDefaultAsync(cancellation);
    }

    /// <summary>How old the proofs of this visitor may be.</summary>
    public TimeSpan AgeFor(ConsoleVisitor? visitor) => visitor?.SeenAt is { } seen && clock.GetUtcNow() - seen <= Idle ? Absolute : Idle;

    /// <summary>The gate has let this visitor in.</summary>
    public async Task SeenAsync(ConsoleVisitor visitor, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (visitor.SeenAt is null || now - visitor.SeenAt > SeenInterval)
        {
            await database.Sessions.Where(session => session.Id == visitor.SessionId)
                .ExecuteUpdateAsync(set => set.SetProperty(session => session.ConsoleSeenAt, now), cancellation);
        }
    }

    public Task<bool> ManagesAsync(Guid personId, string clientId, CancellationToken cancellation) =>
        database.ManagedClients.AnyAsync(row => row.PersonId == personId && row.ClientId == clientId, cancellation);

    public async Task<ImmutableArray<string>> ManagedByAsync(Guid personId, CancellationToken cancellation) =>
        [.. await database.ManagedClients.Where(row => row.PersonId == personId).Select(row => row.ClientId).ToListAsync(cancellation)];
}
