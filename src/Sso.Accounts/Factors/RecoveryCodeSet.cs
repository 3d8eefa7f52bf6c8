using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Mails;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.Secrets;
using Sso.Data.Sessions;
using Sso.Protocol;
using Sso.Protocol.Authorization;

namespace Sso.Accounts.Factors;

/// <summary>
/// Ten codes of 120 random bits for the day the phone is lost (NIST SP 800-63B §4.2), each good once: stored as SHA-256 and, until one of
/// them is typed back, for a quarter of an hour also encrypted, so that a page that loads again shows the same ones.
/// </summary>
public sealed class RecoveryCodeSet(
    SsoDbContext database, Sealer sealer, SecondStep step, FactorProofs proofs, SecurityMails mails, NoticeTexts texts, TimeProvider clock)
{
    private const int Count = 10;
    private const int Bytes = 15;
    private const int Length = 24;

    /// <summary>A new set; the old one is void at once. Nothing is made if the session was ended meanwhile.</summary>
    public Task CreateAsync(Visit visit, SignInRow signIn, CancellationToken cancellation) => database.AllOrNothingAsync(async () =>
    {
        if (!await database.HoldAsync(signIn, cancellation))
        {
            return false;
        }

        await ReplaceAsync(visit, signIn, cancellation);
        return true;
    }, cancellation);

    /// <summary>The same, inside the transaction of its cause, which holds the session.</summary>
    internal async Task ReplaceAsync(Visit visit, SignInRow signIn, CancellationToken cancellation)
    {
        var (now, all) = (clock.GetUtcNow(), RandomNumberGenerator.GetBytes(Count * Bytes));
        var person = await database.Users.SingleAsync(row => row.Id == signIn.PersonId, cancellation);
        if (person.RecoveryCodesSavedAt is not null)
        {
            mails.Tell(database, visit, person, MailTable.RecoveryCodesCreated);
            await database.MethodsChangedAsync(person.Id, now, cancellation);
        }

        await database.RemoveRecoveryCodesAsync(person, cancellation);
        await Kept(signIn.PersonId).ExecuteDeleteAsync(cancellation);
        database.RecoveryCodes.AddRange(InText(all).Select(
            code => new RecoveryCode { Hash = HashOf(signIn.PersonId, code), PersonId = signIn.PersonId, CreatedAt = now }));
        var id = Guid.CreateVersion7(now);
        database.SecondFactors.Add(new SecondFactor
        {
            Id = id,
            PersonId = signIn.PersonId,
            Method = ProofMethod.RecoveryCode,
            Protected = sealer.Protect(SecondFactor.ContextOf(id), all),
            CreatedAt = now,
            PendingSessionId = signIn.SessionId,
        });
        database.SecurityEvents.Add(SecurityEvent.RecoveryCodesCreated(now, signIn.PersonId, signIn.SessionId));
        await database.SaveChangesAsync(cancellation);
    }

    /// <summary>The codes that this session made and has not confirmed; null if it has none, or others took their place.</summary>
    public async Task<IReadOnlyList<string>?> BeingSavedAsync(SignInRow signIn, CancellationToken cancellation)
    {
        var since = clock.GetUtcNow() - SecondFactor.PendingLifetime;
        var kept = await Kept(signIn.PersonId).AsNoTracking()
            .Where(row => row.PendingSessionId == signIn.SessionId && row.CreatedAt > since)
            .OrderByDescending(row => row.CreatedAt).FirstOrDefaultAsync(cancellation);
        if (kept is null)
        {
            return null;
        }

        var codes = InText(sealer.Reveal(kept.Context, kept.Protected)).ToList();
        var hashes = codes.ConvertAll(code => HashOf(signIn.PersonId, code));
        var valid = await database.RecoveryCodes.CountAsync(row => hashes.Contains(row.Hash) && row.UsedAt == null, cancellation);
        return valid == Count ? [.. codes.Select(code => string.Join('-', code.Chunk(4).Select(group => new string(group))))] : null;
    }

    /// <summary>
    /// The person types one code back, or pastes the set, of which the first counts: the set is confirmed as saved. The code stays valid.
    /// </summary>
    public async Task<CodeOutcome> ConfirmAsync(SignInRow signIn, string? typed, CancellationToken cancellation)
    {
        if (TypedCode.Read(typed, text => Normalize(text, several: true)).Failed(out var refused, out var code))
        {
            return refused;
        }

        var hash = HashOf(signIn.PersonId, code);
        if (!await database.RecoveryCodes.AnyAsync(row => row.Hash == hash && row.UsedAt == null, cancellation))
        {
            return new CodeOutcome.Wrong();
        }

        (await database.Users.SingleAsync(person => person.Id == signIn.PersonId, cancellation)).RecoveryCodesSaved(clock.GetUtcNow());
        database.RemoveRange(await Kept(signIn.PersonId).ToListAsync(cancellation));
        await database.SaveChangesAsync(cancellation);
        return new CodeOutcome.Accepted();
    }

    /// <summary>Uses a code up at sign-in.</summary>
    public async Task<CodeOutcome> CheckAsync(
        Visit visit, AuthorizationRequest request, SignInRow signIn, string? typed, CancellationToken cancellation)
    {
        if (TypedCode.Read(typed, text => Normalize(text)).Failed(out var refused, out var code)
            || (await step.ReserveAsync(visit, request, signIn, ProofMethod.RecoveryCode, cancellation))
                .Failed(out refused, out var attempt))
        {
            return refused;
        }

        var hash = HashOf(signIn.PersonId, code);
        if (await TryUseAsync(visit, request, signIn, hash, cancellation) is { } outcome)
        {
            return outcome;
        }

        var isUsed = await database.RecoveryCodes.AnyAsync(row => row.Hash == hash, cancellation);
        return await step.FailedAsync(attempt, isUsed ? new CodeOutcome.Used() : new CodeOutcome.Wrong(), cancellation);
    }

    /// <summary>
    /// Code and proof in one transaction, so that no code of a set that was replaced meanwhile counts; a factor that too many wrong codes
    /// had shut is open again. Null if there is no such code.
    /// </summary>
    private Task<CodeOutcome?> TryUseAsync(
        Visit visit, AuthorizationRequest request, SignInRow signIn, byte[] hash,
        CancellationToken cancellation) => database.AllOrNothingAsync<CodeOutcome?>(async () =>
    {
        var now = clock.GetUtcNow();
        if (!await database.HoldAsync(signIn, cancellation))
        {
            return new CodeOutcome.ChallengeVoid();
        }

        if (await database.RecoveryCodes.Where(row => row.Hash == hash && row.UsedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedAt, now), cancellation) == 0)
        {
            return null;
        }

        await mails.TellAsync(database, visit, signIn.PersonId, MailTable.RecoveryCodeUsed, ProofMethod.RecoveryCode, cancellation);
        await texts.TellAsync(database, signIn.PersonId, TextNotice.RecoveryCodeUsed, cancellation);
        var used = SecurityEvent.RecoveryCodeUsed(now, signIn.PersonId, signIn.SessionId, request.Client.Id);
        if (!await proofs.WriteAsync(visit, signIn, request, factor: null, used, cancellation))
        {
            return new CodeOutcome.ChallengeVoid();
        }

        await database.SecondFactors.Where(row => row.PersonId == signIn.PersonId)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.ConsecutiveFailures, 0), cancellation);
        return new CodeOutcome.Accepted();
    }, outcome => outcome is CodeOutcome.Accepted, cancellation);

    public Task<int> RemainingAsync(Guid personId, CancellationToken cancellation) =>
        database.RecoveryCodes.CountAsync(row => row.PersonId == personId && row.UsedAt == null, cancellation);

    private IQueryable<SecondFactor> Kept(Guid personId) => database.SecondFactors.Where(
        row => row.PersonId == personId && row.Method == ProofMethod.RecoveryCode && row.ActivatedAt == null);

    private static IEnumerable<string> InText(byte[] all) => all.Chunk(Bytes).Select(code => Base32.Encode(code));

    /// <summary>
    /// Accepts any case, spaces and hyphens; a zero or a one stands for the letter that was misread as it, since the alphabet has neither.
    /// </summary>
    private static string? Normalize(string typed, bool several = false)
    {
        var code = new string([.. TypedText.CleanCode(typed).Where(character => !char.IsWhiteSpace(character) && character != '-')])
            .ToUpperInvariant().Replace('0', 'O').Replace('1', 'I');
        code = several && code.Length > Length ? code[..Length] : code;
        return code.Length == Length && Base32.IsValid(code) ? code : null;
    }

    private static byte[] HashOf(Guid personId, string code) =>
        SHA256.HashData([.. personId.ToByteArray(bigEndian: true), .. Encoding.ASCII.GetBytes(code)]);
}
