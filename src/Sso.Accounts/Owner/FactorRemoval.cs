using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Contacts;
using Sso.Accounts.Mails;
using Sso.Accounts.SignIn;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Sessions;
using Sso.Protocol;
using Sso.Protocol.Clients;

namespace Sso.Accounts.Owner;

/// <summary>The outcome of removing a method.</summary>
public enum RemovalOutcome
{
    Removed,

    /// <summary>It does not exist (any more).</summary>
    NotFound,

    /// <summary>The last one stays: removing it would turn off two-factor authentication, which has to be asked for by name.</summary>
    IsLast,
}

/// <summary>
/// Removes a second factor, and turns off two-factor authentication if the policy allows it. The page has demanded a fresh proof.
/// </summary>
public sealed class FactorRemoval(
    SsoDbContext database, SecurityMails mails, NoticeTexts texts, NumberChanges numbers, SignInOptions signInOptions, TimeProvider clock)
{
    /// <summary>People who must have a second factor cannot be left without one.</summary>
    public bool MayDisable => signInOptions.Policy != SecondFactorPolicy.Required;

    public Task<RemovalOutcome> RemoveAsync(Visit visit, SignInRow signIn, Guid factorId, CancellationToken cancellation) =>
        database.AllOrNothingAsync(
            async () => await database.HoldAsync(signIn, cancellation)
                ? await TakeAsync(visit, signIn, factorId, cancellation)
                : RemovalOutcome.NotFound,
            outcome => outcome is RemovalOutcome.Removed,
            cancellation);

    /// <summary>The same, inside the transaction of its cause, which holds the session.</summary>
    public async Task<RemovalOutcome> TakeAsync(Visit visit, SignInRow signIn, Guid factorId, CancellationToken cancellation)
    {
        var person = await database.LockPersonAsync(signIn.PersonId, cancellation);
        if (await FindAsync(person.Id, factorId, cancellation) is not { } factor)
        {
            return RemovalOutcome.NotFound;
        }

        if (await IsLastAsync(factor, cancellation))
        {
            return RemovalOutcome.IsLast;
        }

        if (factor.Method == ProofMethod.TextMessage)
        {
            await numbers.RecordAsync(visit, signIn, factor, NumberChange.Removed, successor: null, cancellation);
        }
        else
        {
            database.SecurityEvents.Add(
                SecurityEvent.SecondFactorRemoved(clock.GetUtcNow(), signIn.PersonId, signIn.SessionId, factor.Method));
            mails.Tell(database, visit, person, MailTable.FactorRemoved, factor.Method);
        }

        await texts.TellAsync(database, person.Id, TextNotice.FactorRemoved, cancellation, except: factor.Id);
        database.SecondFactors.Remove(factor);
        await database.MethodsChangedAsync(person.Id, clock.GetUtcNow(), cancellation);
        await database.SaveChangesAsync(cancellation);
        return RemovalOutcome.Removed;
    }

    /// <summary>
    /// What a number is used for. Switching sign-in off means removing a method, by the same rule; switching it on needs no new code,
    /// because the number was proved.
    /// </summary>
    public Task<RemovalOutcome> UseAsync(
        Visit visit, SignInRow signIn, Guid numberId, bool forSignIn, bool forNotices,
        CancellationToken cancellation) => database.AllOrNothingAsync(async () =>
    {
        var person = await database.LockPersonAsync(signIn.PersonId, cancellation);
        if (await database.VerifiedNumbers(person.Id).SingleOrDefaultAsync(row => row.Id == numberId, cancellation) is not { } number)
        {
            return RemovalOutcome.NotFound;
        }

        if (!forSignIn && await IsLastAsync(number, cancellation))
        {
            return RemovalOutcome.IsLast;
        }

        var (wasForSignIn, wasForNotices) = (number.UsedForSignIn, number.UsedForNotices);
        if ((wasForSignIn && !forSignIn) || (wasForNotices && !forNotices))
        {
            var change = wasForSignIn && !forSignIn ? NumberChange.NoLongerForSignIn : NumberChange.NoLongerForNotices;
            await numbers.RecordAsync(visit, signIn, number, change, successor: null, cancellation);
        }

        if (!wasForSignIn && forSignIn)
        {
            database.SecurityEvents.Add(SecurityEvent.SecondFactorEnrolled(
                clock.GetUtcNow(), signIn.PersonId, signIn.SessionId, clientId: null, ProofMethod.TextMessage));
            mails.Tell(database, visit, person, MailTable.FactorAdded, ProofMethod.TextMessage);
            await texts.TellAsync(database, person.Id, TextNotice.FactorAdded, cancellation);
        }
        else if (!wasForNotices && forNotices)
        {
            await numbers.TellAddedAsync(visit, signIn, cancellation);
        }

        if (wasForSignIn != forSignIn)
        {
            await database.MethodsChangedAsync(person.Id, clock.GetUtcNow(), cancellation);
        }

        number.UseFor(forSignIn, forNotices);
        return RemovalOutcome.Removed;
    }, outcome => outcome is RemovalOutcome.Removed, cancellation);

    /// <summary>
    /// All methods go, and with them the recovery codes. False if the policy demands a second factor. Numbers can be brought back like
    /// removed ones: otherwise turning everything off and adding another number would be a way to change a number without an undo.
    /// </summary>
    public async Task<bool> DisableAsync(Visit visit, SignInRow signIn, CancellationToken cancellation)
    {
        if (!MayDisable)
        {
            return false;
        }

        return await database.AllOrNothingAsync(async () =>
        {
            var person = await database.LockPersonAsync(signIn.PersonId, cancellation);
            await texts.TellAsync(database, person.Id, TextNotice.TwoFactorDisabled, cancellation);
            var undoable = await KeepNumbersAsync(signIn, person, cancellation);
            // A number that is also used for notices goes on getting them.
            await database.VerifiedNumbers(person.Id).Where(row => row.UsedForNotices)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedForSignIn, false), cancellation);
            await database.SecondFactors.Where(row => row.PersonId == person.Id && row.UsedForSignIn).ExecuteDeleteAsync(cancellation);
            await database.RecoveryCodes.Where(row => row.PersonId == person.Id).ExecuteDeleteAsync(cancellation);
            await database.MethodsChangedAsync(person.Id, clock.GetUtcNow(), cancellation);
            person.RecoveryCodesReplaced();
            database.SecurityEvents.Add(SecurityEvent.TwoFactorDisabled(clock.GetUtcNow(), signIn.PersonId, signIn.SessionId));
            mails.Tell(database, visit, person, MailTable.TwoFactorDisabled, undoable?.Id);
            return true;
        }, cancellation);
    }

    /// <summary>
    /// The change with which an undo begins; null if no number goes. All have the same moment, so that one link brings every one back.
    /// </summary>
    private async Task<ContactChange?> KeepNumbersAsync(SignInRow signIn, Person person, CancellationToken cancellation)
    {
        ContactChange? first = null;
        foreach (var number in await database.VerifiedNumbers(person.Id).AsNoTracking().Where(row => row.UsedForSignIn).ToListAsync(
            cancellation))
        {
            var kept = await numbers.KeepAsync(signIn, number, successor: null, cancellation);
            first ??= kept;
            if (!number.UsedForNotices)
            {
                texts.Tell(database, person, number, TextNotice.TwoFactorDisabled);
            }
        }

        return first;
    }

    /// <summary>A method, or a number that is used for notices only.</summary>
    private Task<SecondFactor?> FindAsync(Guid personId, Guid factorId, CancellationToken cancellation) => database.SecondFactors
        .SingleOrDefaultAsync(row => row.Id == factorId && row.PersonId == personId && row.ActivatedAt != null, cancellation);

    private async Task<bool> IsLastAsync(SecondFactor factor, CancellationToken cancellation) =>
        factor.UsedForSignIn && await database.ActiveFactors(factor.PersonId).CountAsync(cancellation) == 1;
}
