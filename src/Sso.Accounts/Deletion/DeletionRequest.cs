using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Localization;
using Sso.Accounts.Mails;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Administrators;
using Sso.Data.Delivery;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Sessions;

namespace Sso.Accounts.Deletion;

/// <summary>
/// Asking for the account to be deleted: the owner is told at once, everything else that is open ends, and for some days it can be called
/// off, in the account area or by the link in the mail. The page has demanded a fresh proof.
/// </summary>
public sealed class DeletionRequest(
    SsoDbContext database, SecurityMails mails, NoticeTexts texts, SignInOptions options, TimeProvider clock)
{
    public Task<DeletionOutcome> RequestAsync(
        Visit visit, SignInRow signIn, CancellationToken cancellation) => database.AllOrNothingAsync(async () =>
    {
        var now = clock.GetUtcNow();
        if (await database.IsLastOwnerAsync(signIn.PersonId, cancellation))
        {
            return DeletionOutcome.IsOnlyOwner;
        }

        var person = await database.Users.SingleAsync(row => row.Id == signIn.PersonId, cancellation);
        var deletion = new AccountDeletion
        {
            PersonId = person.Id,
            RequestedAt = now,
            DueAt = now + options.AccountDeletionWait,
            Language = Languages.Of(person).TwoLetterISOLanguageName,
        };
        if (!await database.TryInsertAsync(deletion, cancellation))
        {
            return DeletionOutcome.AskedBefore;
        }

        await database.EndEverythingAsync(person.Id, signIn.SessionId, "deletion requested", now, cancellation);
        database.SecurityEvents.Add(SecurityEvent.DeletionRequested(now, person.Id, signIn.SessionId));
        mails.Tell(database, visit, person, MailTable.DeletionRequested, deletion);
        await texts.TellAsync(database, person.Id, TextNotice.DeletionRequested, cancellation);
        return DeletionOutcome.Requested;
    }, outcome => outcome == DeletionOutcome.Requested, cancellation);

    public Task CallOffAsync(Visit visit, SignInRow signIn, CancellationToken cancellation) =>
        database.AllOrNothingAsync(() => CallOffAsync(visit, signIn.PersonId, signIn.SessionId, cancellation), cancellation);

    /// <summary>The person of a valid link.</summary>
    public Task<Person?> OwnerOfAsync(string? link, CancellationToken cancellation) =>
        database.FindOwnerAsync(link, MailedLinkPurpose.KeepAccount, clock.GetUtcNow(), cancellation);

    /// <summary>By the link in the mail; false if it is dead.</summary>
    public Task<bool> CallOffByLinkAsync(Visit visit, string? link, CancellationToken cancellation) => database.AllOrNothingAsync(
        async () => await OwnerOfAsync(link, cancellation) is { } owner
            && await CallOffAsync(visit, owner.Id, sessionId: null, cancellation),
        cancellation);

    private async Task<bool> CallOffAsync(Visit visit, Guid personId, Guid? sessionId, CancellationToken cancellation)
    {
        if (!await database.CallOffDeletionAsync(personId, cancellation))
        {
            return false;
        }

        database.SecurityEvents.Add(SecurityEvent.DeletionCalledOff(clock.GetUtcNow(), personId, sessionId));
        await mails.TellAsync(database, visit, personId, MailTable.DeletionCalledOff, cancellation);
        return true;
    }
}
