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

/// <summary>What a verified number is used for. The page has demanded a fresh proof.</summary>
public sealed class NumberUses(
    SsoDbContext database, SecurityMails mails, NoticeTexts texts, NumberChanging numbers, TimeProvider clock)
{
    /// <summary>
    /// Switching sign-in off means removing a method, by the same rule: false if it is the last one, and nothing changes. Switching it on
    /// needs no new code, because the number was proved.
    /// </summary>
    public Task<bool> SetAsync(
        Visit visit, SignInRow signIn, Guid numberId, bool forSignIn, bool forNotices,
        CancellationToken cancellation) => database.AllOrNothingAsync(async () =>
    {
        var person = await database.LockPersonAsync(signIn.PersonId, cancellation);
        if (await database.VerifiedNumbers(person.Id).SingleOrDefaultAsync(row => row.Id == numberId, cancellation) is not { } number)
        {
            return true;
        }

        if (!forSignIn && await database.IsLastAsync(number, cancellation))
        {
            return false;
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
        return true;
    }, cancellation);
}
