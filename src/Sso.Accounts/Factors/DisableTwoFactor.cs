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

/// <summary>Turns off two-factor authentication if the policy allows it. The page has demanded a fresh proof.</summary>
public sealed class DisableTwoFactor(
    SsoDbContext database, SecurityMails mails, NoticeTexts texts, NumberHistory numbers, SignInOptions options, TimeProvider clock)
{
    /// <summary>People who must have a second factor cannot be left without one.</summary>
    public bool IsPossible => options.Policy != SecondFactorPolicy.Required;

    /// <summary>
    /// All methods go, and with them the recovery codes. False if the policy demands a second factor. Numbers can be brought back like
    /// removed ones: otherwise turning everything off and adding another number would be a way to change a number without an undo.
    /// </summary>
    public async Task<bool> ExecuteAsync(Visit visit, SignInRow signIn, CancellationToken cancellation)
    {
        if (!IsPossible)
        {
            return false;
        }

        return await database.AllOrNothingAsync(async () =>
        {
            var now = clock.GetUtcNow();
            var person = await database.LockPersonAsync(signIn.PersonId, cancellation);
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
