using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Recovery;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Sessions;
using Sso.Protocol;
using Sso.Protocol.Authorization;

namespace Sso.Accounts.Sessions;

/// <summary>
/// The session of a browser and what is proved in it: the cookie holds a handle (<see cref="SessionHandle"/>), the row a hash of the
/// whole of it. Idle life 60 minutes, absolute life 12 hours.
/// </summary>
public sealed class BrowserSessions(SsoDbContext database, LostFactor lost, TimeProvider clock)
{
    public static readonly TimeSpan Absolute = TimeSpan.FromHours(12);

    /// <summary>Last-seen is written at most this often.</summary>
    private static readonly TimeSpan SeenInterval = TimeSpan.FromMinutes(5);

    /// <summary>The live session of this browser with what its person allowed this client: one statement, none without a handle.</summary>
    /// <param name="isActivity">False for prompt=none, which never extends the idle life.</param>
    public async Task<SignInRow?> CurrentAsync(Visit visit, string clientId, bool isActivity, CancellationToken cancellation)
    {
        if (visit.SessionHandle is not { Length: > 0 } handle)
        {
            return null;
        }

        var now = clock.GetUtcNow();
        var row = await database.FindSignInAsync(Session.HashOf(handle), clientId, now, cancellation);
        if (row is not null && isActivity && now - row.LastSeenAt > SeenInterval)
        {
            await database.Sessions.Where(session => session.Id == row.SessionId)
                .ExecuteUpdateAsync(set => set.SetProperty(session => session.LastSeenAt, now), cancellation);
        }

        return row;
    }

    /// <summary>
    /// Records a first factor together with everything else that is pending in the context, and gives the browser another handle: the
    /// session id stays, its secret changes whenever more is proved. Another person gets a wholly new session.
    /// </summary>
    /// <param name="look">Called while nobody else can change the account: verifying took time, and what it was verified against may have
    /// changed. Returns the proofs, or null if it has; then nothing is written.
    /// </param>
    /// <param name="record">The event of the proof, which names the session.</param>
    public Task<bool> BeginAsync(
        Visit visit, Guid personId, Func<CancellationToken, Task<ImmutableArray<Proof>?>> look,
        Func<Guid, SecurityEvent> record, CancellationToken cancellation) =>
        WriteAsync(visit, personId, inSession: null, look, record, cancellation);

    /// <summary>The same for a second factor, which only a live session can get.</summary>
    /// <param name="look">Returns false if the factor is gone; then nothing is written.</param>
    public Task<bool> ProveAsync(
        Visit visit, SignInRow signIn, Proof proof, Func<CancellationToken, Task<bool>> look, CancellationToken cancellation) =>
        WriteAsync(
            visit, signIn.PersonId, signIn.SessionId,
            async token => await look(token) ? [proof] : (ImmutableArray<Proof>?)null, record: null, cancellation);

    private async Task<bool> WriteAsync(
        Visit visit, Guid personId, Guid? inSession, Func<CancellationToken, Task<ImmutableArray<Proof>?>> look,
        Func<Guid, SecurityEvent>? record, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var transaction =
            database.Database.CurrentTransaction is null ? await database.Database.BeginTransactionAsync(cancellation) : null;
        var isHeld = await database.HoldPersonAsync(personId, cancellation);
        var session = isHeld ? await FindAsync(visit, now, cancellation) : null;
        var found = isHeld && (inSession is null || session?.Id == inSession) ? await look(cancellation) : null;
        if (found is not { } proofs)
        {
            database.ChangeTracker.Clear();
            return false;
        }

        if (session is not null && session.PersonId != personId)
        {
            // Somebody else signs in with this browser: the previous session ends for its applications too, as by a sign-out.
            await database.SignOutAsync(session.Id, "another person signed in", now, cancellation);
            session = null;
        }

        var handle = SessionHandle.New(session is null ? null : visit.SessionHandle);
        session ??= Add(visit, personId, handle, now);
        session.HandleHash = Session.HashOf(handle);
        session.LastSeenAt = now;
        if (proofs.Any(proof => ProofMethods.FirstFactors.Contains(proof.Method)))
        {
            session.ExpiresAt = now + Absolute;
        }

        session.Prove(proofs);
        if (record is not null)
        {
            database.SecurityEvents.Add(record(session.Id));
        }

        await StopRecoveryAsync(visit, personId, proofs, cancellation);
        await database.SaveChangesAsync(cancellation);
        if (transaction is not null)
        {
            await transaction.CommitAsync(cancellation);
        }

        visit.GiveSession(handle);
        return true;
    }

    private Session Add(Visit visit, Guid personId, string handle, DateTimeOffset now)
    {
        var session = new Session
        {
            Id = Guid.CreateVersion7(now),
            Secret = RandomNumberGenerator.GetBytes(Session.SecretLength),
            HandleHash = Session.HashOf(handle),
            PersonId = personId,
            CreatedAt = now,
            LastSeenAt = now,
            ExpiresAt = now + Absolute,
            Address = visit.Address,
            UserAgent = UserAgents.Shorten(visit.UserAgent),
        };
        database.Sessions.Add(session);
        return session;
    }

    /// <summary>
    /// Somebody who proves a second factor has not lost it: a pending request to replace it ends in the transaction of the proof.
    /// </summary>
    private async Task StopRecoveryAsync(Visit visit, Guid personId, ImmutableArray<Proof> proofs, CancellationToken cancellation)
    {
        if (proofs.Any(proof => ProofMethods.SecondFactors.Contains(proof.Method))
            && await database.FactorRecoveries.AnyAsync(row => row.PersonId == personId, cancellation))
        {
            await lost.StopAsync(visit, personId, "a second factor was proved", cancellation);
        }
    }

    /// <summary>Five wrong codes: everything that was proved is forgotten, and the password is asked for again.</summary>
    public async Task ForgetProofsAsync(Guid sessionId, CancellationToken cancellation)
    {
        var session = await database.Sessions.SingleAsync(candidate => candidate.Id == sessionId, cancellation);
        session.ForgetProofs();
        await database.SaveChangesAsync(cancellation);
    }

    /// <summary>How this browser's current handle appears in the database; empty without one.</summary>
    public static string HandleHashOf(Visit visit) =>
        visit.SessionHandle is { Length: > 0 } handle ? Convert.ToHexString(Session.HashOf(handle)) : "";

    /// <summary>The row of the live session of this browser.</summary>
    internal async Task<Session?> FindAsync(Visit visit, DateTimeOffset now, CancellationToken cancellation)
    {
        if (visit.SessionHandle is not { Length: > 0 } handle)
        {
            return null;
        }

        var hash = Session.HashOf(handle);
        var seenSince = now - Session.Idle;
        return await database.Sessions.SingleOrDefaultAsync(
            session => session.HandleHash == hash && session.EndedAt == null && session.ExpiresAt > now && session.LastSeenAt > seenSince,
            cancellation);
    }
}

/// <summary>
/// The value of the session cookie: 128 random bits that last as long as the session, a dot, and 256 random bits that are renewed whenever
/// more is proved. Only both together name the session; the lasting part alone ties forms to it across tabs.
/// </summary>
public static class SessionHandle
{
    /// <summary>A new handle; the lasting part is taken over from the former one of the same session.</summary>
    public static string New(string? former)
    {
        var lasting = former?.Split('.') is [{ Length: 22 } kept, _] ? kept : Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        return $"{lasting}.{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";
    }

    /// <summary>A hash of the lasting part; empty without a session.</summary>
    public static string LastingPartOf(string? handle) => handle?.Split('.') is [{ Length: 22 } lasting, _]
        ? Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(lasting)))
        : "";
}
