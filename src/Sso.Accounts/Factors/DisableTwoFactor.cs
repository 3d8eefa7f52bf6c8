using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Contacts;
using Sso.Accounts.Mails;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Sessions;
using Sso.Protocol.Clients;

namespace Sso.Accounts.Factors;

/// <summary>Why somebody cannot be left without a second factor.</summary>
public enum TwoFactorDuty
{
    None,

    /// <summary>The policy demands it of everybody.</summary>
    Policy,

    /// <summary>
    /// Nothing else opens the console: whoever knew the password could set up the first method, and enter with it.
    /// </summary>
    Role,
}

/// <summary>Turns off two-factor authentication if the policy allows it. The page has demanded a fresh proof.</summary>
public sealed class DisableTwoFactor(
    SsoDbContext database, SecurityMails mails, NoticeTexts texts, NumberHistory numbers, SignInOptions options, TimeProvider clock)
{
    public async Task<TwoFactorDuty> FindDutyAsync(Guid personId, CancellationToken cancellation) =>
        options.Policy == SecondFactorPolicy.Required ? TwoFactorDuty.Policy
        : await database.Administrators.AnyAsync(row => row.PersonId == personId, cancellation) ? TwoFactorDuty.Role
        : TwoFactorDuty.None;

    /// <summary>
    /// All methods go, and with them the recovery codes. False if the policy or a role demands a second factor. Numbers can be brought back
    /// like removed ones: otherwise turning everything off and adding another number would be a way to change a number without an undo.
    /// </summary>
    public async Task<bool> ExecuteAsync(Visit visit, SignInRow signIn, CancellationToken cancellation)
    {
        if (options.Policy == SecondFactorPolicy.Required)
        {
            return false;
        }

        return await database.AllOrNothingAsync(async () =>
        {
            var now = clock.GetUtcNow();
            // A role is given under the same lock.
            var person = await database.LockPersonAsync(signIn.PersonId, cancellation);
            if (await FindDutyAsync(person.Id, cancellation) != TwoFactorDuty.None)
            {
                return false;
            }

            await texts.TellAsync(database, person.Id, TextNotice.TwoFactorDisabled, cancellation);
            var undoable = await KeepNumbersAsync(signIn, person, now, cancellation);
            // A number that is also used for notices goes on getting them.
            await database.VerifiedNumbers(person.Id).Where(row => row.UsedForNotices)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedForSignIn, false), cancellation);
            await database.SecondFactors.Where(row => row.PersonId == person.Id && row.UsedForSignIn).ExecuteDeleteAsync(cancellation);
            await database.RemoveRecoveryCodesAsync(person, cancellation);
            await database.MethodsChangedAsync(person.Id, now, cancellation);
            database.SecurityEvents.Add(SecurityEvent.TwoFactorDisabled(now, signIn.PersonId, signIn.SessionId));
            mails.Tell(database, visit, person, MailTable.TwoFactorDisabled, undoable?.Id);
            return true;
        }, cancellation);
    }

    /// <summary>
    /// The change with which an undo begins; null if no number goes. All have the same moment, so that one link brings every one back.
    /// </summary>
    private async Task<ContactChange?> KeepNumbersAsync(
        SignInRow signIn, Person person, DateTimeOffset now, CancellationToken cancellation)
    {
        ContactChange? first = null;
        foreach (var number in await database.VerifiedNumbers(person.Id).AsNoTracking().Where(row => row.UsedForSignIn).ToListAsync(
            cancellation))
        {
            var kept = await numbers.KeepAsync(signIn, number, successor: null, now, cancellation);
            first ??= kept;
            if (!number.UsedForNotices)
            {
                texts.Tell(database, person, number, TextNotice.TwoFactorDisabled);
            }
        }

        return first;
    }
}
