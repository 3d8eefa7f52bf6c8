using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Mails;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Sessions;
using Sso.Protocol;

namespace Sso.Accounts.Contacts;

/// <summary>What a verified number is to be used for.</summary>
public sealed record NumberUse(Guid NumberId, bool ForSignIn, bool ForNotices);

/// <summary>The outcome of changing what numbers are used for.</summary>
public abstract record NumberUsesOutcome
{
    private NumberUsesOutcome() { }

    public sealed record Done : NumberUsesOutcome;

    /// <summary>A number without any use is removed, and that is another act.</summary>
    public sealed record NoUse(IReadOnlyList<Guid> Numbers) : NumberUsesOutcome;

    /// <summary>This number is the last method, and would no longer be one.</summary>
    public sealed record IsLast(Guid Number) : NumberUsesOutcome;
}

/// <summary>
/// Changes what verified numbers are used for: all of them or none. Each keeps at least one use, and its owner is told of every use that
/// comes or goes. The page has demanded a fresh proof.
/// </summary>
public sealed class NumberUses(
    SsoDbContext database, SecurityMails mails, NoticeTexts texts, NumberHistory numbers, TimeProvider clock)
{
    /// <summary>
    /// Switching sign-in off means removing a method, by the same rule: the last one stays. Switching it on needs no new code, because the
    /// number was proved.
    /// </summary>
    public async Task<NumberUsesOutcome> SetAsync(
        Visit visit, SignInRow signIn, IReadOnlyCollection<NumberUse> wanted, CancellationToken cancellation)
    {
        var useless = wanted.Where(use => use is { ForSignIn: false, ForNotices: false }).Select(use => use.NumberId).ToList();
        return useless.Count > 0
            ? new NumberUsesOutcome.NoUse(useless)
            : await database.AllOrNothingAsync(
                () => SetAllAsync(visit, signIn, wanted, cancellation), outcome => outcome is NumberUsesOutcome.Done, cancellation);
    }

    private async Task<NumberUsesOutcome> SetAllAsync(
        Visit visit, SignInRow signIn, IReadOnlyCollection<NumberUse> wanted, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var person = await database.LockPersonAsync(signIn.PersonId, cancellation);
        // What is switched on comes first, so that one number may take over from another.
        foreach (var use in wanted.OrderByDescending(use => use.ForSignIn))
        {
            if (await database.VerifiedNumbers(person.Id).SingleOrDefaultAsync(row => row.Id == use.NumberId, cancellation)
                is not { } number)
            {
                // Removed meanwhile.
                continue;
            }

            if (!use.ForSignIn && await database.IsLastAsync(number, cancellation))
            {
                return new NumberUsesOutcome.IsLast(number.Id);
            }

            await RecordAndTellAsync(visit, signIn, person, number, use, now, cancellation);
            number.UseFor(use.ForSignIn, use.ForNotices);
            await database.SaveChangesAsync(cancellation);
        }

        return new NumberUsesOutcome.Done();
    }

    /// <summary>To be called before the row of the number is changed.</summary>
    private async Task RecordAndTellAsync(
        Visit visit, SignInRow signIn, Person person, SecondFactor number, NumberUse use, DateTimeOffset now,
        CancellationToken cancellation)
    {
        if (number.UsedForSignIn && !use.ForSignIn)
        {
            await numbers.RecordAsync(visit, signIn, number, NumberChangeKind.NoLongerForSignIn, successor: null, now, cancellation);
        }

        if (number.UsedForNotices && !use.ForNotices)
        {
            await numbers.RecordAsync(visit, signIn, number, NumberChangeKind.NoLongerForNotices, successor: null, now, cancellation);
        }

        if (!number.UsedForSignIn && use.ForSignIn)
        {
            database.SecurityEvents.Add(SecurityEvent.SecondFactorEnrolled(
                now, signIn.PersonId, signIn.SessionId, clientId: null, ProofMethod.TextMessage));
            mails.Tell(database, visit, person, MailTable.FactorAdded, ProofMethod.TextMessage);
            await texts.TellAsync(database, person.Id, TextNotice.FactorAdded, cancellation);
        }

        if (!number.UsedForNotices && use.ForNotices)
        {
            await numbers.TellAddedAsync(visit, signIn, now, cancellation);
        }

        if (number.UsedForSignIn != use.ForSignIn)
        {
            await database.MethodsChangedAsync(person.Id, now, cancellation);
        }
    }
}
