using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Sessions;
using Sso.Server.Http;
using Sso.Server.Mails;
using Sso.Server.SignIn;

namespace Sso.Server.Account;

/// <summary>
/// The wish to have the account deleted: it is told at once, everything else that is open ends, and for some days it can be taken back, in
/// the account area or by the link in the mail. The page has demanded a fresh proof.
/// </summary>
public sealed class OwnDeletion(SsoDbContext database, SecurityMails mails, NoticeTexts texts, SignInOptions options, TimeProvider clock)
{
    /// <summary>False when it was asked before.</summary>
    public async Task<bool> RequestAsync(HttpContext http, SignInRow signIn, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
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
            return false;
        }

        await database.EndEverythingAsync(person.Id, signIn.SessionId, "deletion requested", now, cancellation);
        database.SecurityEvents.Add(SecurityEvent.DeletionRequested(clock.GetUtcNow(), person.Id, signIn.SessionId));
        mails.Tell(database, http, person, MailTable.DeletionRequested, deletion);
        await texts.TellAsync(database, person.Id, TextNotice.DeletionRequested, cancellation);
        await SaveAsync(transaction, cancellation);
        return true;
    }

    public async Task CallOffAsync(HttpContext http, SignInRow signIn, CancellationToken cancellation)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        if (await CallOffAsync(http, signIn.PersonId, signIn.SessionId, cancellation))
        {
            await SaveAsync(transaction, cancellation);
        }
    }

    /// <summary>The person of a living link; opening the page uses nothing.</summary>
    public Task<Person?> OwnerOfAsync(string? link, CancellationToken cancellation) =>
        database.FindOwnerAsync(link, MailedLinkPurpose.KeepAccount, clock.GetUtcNow(), cancellation);

    /// <summary>By the link in the mail; false when it is dead.</summary>
    public async Task<bool> CallOffByLinkAsync(HttpContext http, string? link, CancellationToken cancellation)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        if (await OwnerOfAsync(link, cancellation) is not { } owner
            || !await CallOffAsync(http, owner.Id, sessionId: null, cancellation))
        {
            return false;
        }

        await SaveAsync(transaction, cancellation);
        return true;
    }

    private async Task<bool> CallOffAsync(HttpContext http, Guid personId, Guid? sessionId, CancellationToken cancellation)
    {
        if (!await database.CallOffDeletionAsync(personId, cancellation))
        {
            return false;
        }

        database.SecurityEvents.Add(SecurityEvent.DeletionCalledOff(clock.GetUtcNow(), personId, sessionId));
        await mails.TellAsync(database, http, personId, MailTable.DeletionCalledOff, cancellation);
        return true;
    }

    private async Task SaveAsync(Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction transaction, CancellationToken cancellation)
    {
        await database.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }
}
