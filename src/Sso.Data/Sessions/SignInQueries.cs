using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Factors;
using Sso.Data.People;
using Sso.Protocol;
using Sso.Protocol.Authorization;

namespace Sso.Data.Sessions;

/// <summary>What one query finds out about a session, its person and one client.</summary>
public sealed class SignInRow
{
    public required Guid SessionId { get; init; }

    public required byte[] Secret { get; init; }

    public required Guid PersonId { get; init; }

    public required string UserName { get; init; }

    public required DateTimeOffset LastSeenAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public required DateTimeOffset? SignedInAt { get; init; }

    public required DateTimeOffset? PreviousAccessAt { get; init; }

    public required string? PreviousAccessAddress { get; init; }

    public required ImmutableArray<Proof> Proofs { get; init; }

    public required bool EnrolmentPostponed { get; init; }

    public required DateTimeOffset? RecoveryCodesSavedAt { get; init; }

    public required int SignInsWithoutSecondFactor { get; init; }

    public required bool HasApp { get; init; }

    public required bool HasPhone { get; init; }

    public required bool HasPasskey { get; init; }

    public required bool HasMailbox { get; init; }

    public required List<string>? ConsentedScopes { get; init; }

    public required Guid? ConsentFlowId { get; init; }

    /// <summary>The end of the wait while a request to replace lost factors is pending.</summary>
    public required DateTimeOffset? RecoveryReadyAt { get; init; }

    public required Guid? RecoveryFlowId { get; init; }

    /// <summary>When the account will be deleted, as its owner asked.</summary>
    public required DateTimeOffset? DeletionDueAt { get; init; }

    public SignInState ToState() => new()
    {
        SessionId = SessionId,
        PersonId = PersonId,
        Proofs = Proofs,
        EnrolledFactors =
        [
            .. HasApp ? (ReadOnlySpan<ProofMethod>)[ProofMethod.AuthenticatorApp] : [],
            .. HasPhone ? (ReadOnlySpan<ProofMethod>)[ProofMethod.TextMessage] : [],
            .. HasPasskey ? (ReadOnlySpan<ProofMethod>)[ProofMethod.Passkey] : [],
        ],
        RecoveryCodesSaved = RecoveryCodesSavedAt is not null,
        HasMailbox = HasMailbox,
        SignInsWithoutSecondFactor = SignInsWithoutSecondFactor,
        EnrolmentPostponed = EnrolmentPostponed,
        ConsentedScopes = ConsentedScopes?.ToFrozenSet(StringComparer.Ordinal) ?? [],
        ConsentFlowId = ConsentFlowId,
        RecoveryFlowId = RecoveryFlowId,
    };
}

/// <summary>The query behind every authorization request and code exchange.</summary>
public static class SignInQueries
{
    private static readonly
        HotQuery<Func<SsoDbContext, byte[], string, DateTimeOffset, DateTimeOffset, CancellationToken, Task<SignInRow?>>>
        ByHandle = new(() => Living<byte[]>(nameof(Session.HandleHash)));

    private static readonly HotQuery<Func<SsoDbContext, Guid, string, DateTimeOffset, DateTimeOffset, CancellationToken, Task<SignInRow?>>>
        ById = new(() => Living<Guid>(nameof(Session.Id)));

    /// <summary>The live session of a cookie, with what the person allowed this client. One statement.</summary>
    public static Task<SignInRow?> FindSignInAsync(
        this SsoDbContext database, byte[] handleHash, string clientId, DateTimeOffset now, CancellationToken cancellation) =>
        ByHandle.On(database)(database, handleHash, clientId, now, now - Session.Idle, cancellation);

    /// <summary>The live session from which a code was sealed. One statement; the caller compares the secret.</summary>
    public static Task<SignInRow?> FindSignInAsync(
        this SsoDbContext database, Guid sessionId, string clientId, DateTimeOffset now, CancellationToken cancellation) =>
        ById.On(database)(database, sessionId, clientId, now, now - Session.Idle, cancellation);

    /// <summary>
    /// For an act of somebody who is signed in, inside its transaction: waits for whoever is changing the account, then says whether the
    /// session is still live.
    /// </summary>
    public static async Task<bool> HoldAsync(this SsoDbContext database, SignInRow signIn, CancellationToken cancellation) =>
        await database.HoldPersonAsync(signIn.PersonId, cancellation)
        && await database.Sessions.AnyAsync(session => session.Id == signIn.SessionId && session.EndedAt == null, cancellation);

    /// <summary>What this session is enrolling; another session of the person has its own.</summary>
    public static IQueryable<SecondFactor> PendingFactors(this SsoDbContext database, SignInRow signIn) => database.SecondFactors
        .Where(factor => factor.PersonId == signIn.PersonId && factor.PendingSessionId == signIn.SessionId && factor.ActivatedAt == null);

    /// <param name="property">The property of the session by which it is found.</param>
    private static Func<SsoDbContext, TKey, string, DateTimeOffset, DateTimeOffset, CancellationToken, Task<SignInRow?>> Living<TKey>(
        string property)
        where TKey : notnull => EF.CompileAsyncQuery(
        (SsoDbContext database, TKey key, string clientId, DateTimeOffset now, DateTimeOffset seenSince,
            CancellationToken cancellation) => (
            from session in database.Sessions.AsNoTracking()
            join person in database.Users.AsNoTracking() on session.PersonId equals person.Id
            join given in database.Consents.AsNoTracking().Where(
                consent => consent.ClientId == clientId) on session.PersonId equals given.PersonId into consents
            from consent in consents.DefaultIfEmpty()
            join asked in database.FactorRecoveries.AsNoTracking().Where(
                recovery => recovery.ExpiresAt > now) on session.PersonId equals asked.PersonId into recoveries
            from recovery in recoveries.DefaultIfEmpty()
            join wish in database.AccountDeletions.AsNoTracking() on session.PersonId equals wish.PersonId into deletions
            from deletion in deletions.DefaultIfEmpty()
            where EF.Property<TKey>(session, property).Equals(key)
                && session.EndedAt == null && session.ExpiresAt > now && session.LastSeenAt > seenSince && person.DisabledAt == null
            select new SignInRow
            {
                SessionId = session.Id,
                Secret = session.Secret,
                PersonId = person.Id,
                UserName = person.UserName!,
                LastSeenAt = session.LastSeenAt,
                ExpiresAt = session.ExpiresAt,
                SignedInAt = session.SignedInAt,
                PreviousAccessAt = session.PreviousAccessAt,
                PreviousAccessAddress = session.PreviousAccessAddress,
                Proofs = session.Proofs,
                EnrolmentPostponed = session.EnrolmentPostponed,
                RecoveryCodesSavedAt = person.RecoveryCodesSavedAt,
                SignInsWithoutSecondFactor = person.SignInsWithoutSecondFactor,
                HasApp = database.SecondFactors.Where(SecondFactors.IsActive)
                    .Any(factor => factor.PersonId == person.Id && factor.Method == ProofMethod.AuthenticatorApp),
                HasPhone = database.SecondFactors.Where(SecondFactors.IsActive)
                    .Any(factor => factor.PersonId == person.Id && factor.Method == ProofMethod.TextMessage),
                HasPasskey = database.SecondFactors.Where(SecondFactors.IsActive)
                    .Any(factor => factor.PersonId == person.Id && factor.Method == ProofMethod.Passkey),
                HasMailbox = person.Email != null && person.EmailConfirmed,
                ConsentedScopes = consent == null ? null : consent.Scopes,
                ConsentFlowId = consent == null ? null : consent.FlowId,
                RecoveryReadyAt = recovery == null ? null : recovery.ReadyAt,
                RecoveryFlowId = recovery == null ? null : recovery.OpenedFlowId,
                DeletionDueAt = deletion == null ? null : deletion.DueAt,
            }).SingleOrDefault());
}
