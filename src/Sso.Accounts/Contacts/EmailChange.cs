using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Limits;
using Sso.Accounts.Mails;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Data.Sessions;
using Sso.Protocol;

namespace Sso.Accounts.Contacts;

/// <summary>The outcome of asking for another address.</summary>
public abstract record EmailOutcome
{
    private EmailOutcome() { }

    /// <summary>A mail is on its way; the answer is the same if the address is somebody else's.</summary>
    public sealed record Sent : EmailOutcome;

    public sealed record Empty : EmailOutcome;

    public sealed record Invalid : EmailOutcome;

    /// <summary>It is theirs and confirmed.</summary>
    public sealed record Same : EmailOutcome;

    public sealed record LimitReached(TimeSpan For) : EmailOutcome;
}

/// <summary>
/// Another e-mail address, or confirmation of the current one: a link goes there, and only once it was used does the address belong to the
/// account. The old address is told, with a link that undoes it for 72 hours.
/// </summary>
public sealed class EmailChange(
    SsoDbContext database, SecurityMails mails, NoticeTexts texts, Throttle throttle, TimeProvider clock)
{
    /// <summary>The page has demanded a fresh proof. Whose address it is decides what is mailed, never what is answered or when.</summary>
    public async Task<EmailOutcome> RequestAsync(Visit visit, SignInRow signIn, string? typed, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(typed))
        {
            return new EmailOutcome.Empty();
        }

        var address = TypedText.Clean(typed);
        if (!EmailAddress.IsPossible(address))
        {
            return new EmailOutcome.Invalid();
        }

        var person = await database.Users.SingleAsync(row => row.Id == signIn.PersonId, cancellation);
        if (person.EmailConfirmed && person.Email == address)
        {
            return new EmailOutcome.Same();
        }

        if (await throttle.ReserveNewAddressAsync(person.Id, visit.CountedAddress, cancellation) is { } wait)
        {
            return new EmailOutcome.LimitReached(wait);
        }

        var time = new TimePadding(TimePadding.OfAnAnswer);
        await database.AllOrNothingAsync(async () =>
        {
            await WithdrawAsync(person.Id, cancellation);
            await WriteRequestAsync(visit, signIn, person, address, cancellation);
        }, cancellation);
        await time.PassAsync(cancellation);
        return new EmailOutcome.Sent();
    }

    /// <summary>The person no longer wants the new address that awaits confirmation.</summary>
    public async Task WithdrawAsync(Guid personId, CancellationToken cancellation)
    {
        await database.MailedLinks.Where(link => link.PersonId == personId
            && link.Purpose == MailedLinkPurpose.ConfirmEmail && link.UsedAt == null)
            .ExecuteDeleteAsync(cancellation);
        await database.ContactChanges.Where(change => change.PersonId == personId && change.DoneAt == null)
            .ExecuteDeleteAsync(cancellation);
    }

    /// <summary>The change of a valid link.</summary>
    public Task<(Person Person, ContactChange Change)?> FindAsync(string? link, CancellationToken cancellation) =>
        database.FindChangeAsync(link, MailedLinkPurpose.ConfirmEmail, clock.GetUtcNow(), cancellation);

    /// <summary>False if the link is dead, or the address has been given to somebody else since.</summary>
    public Task<bool> ConfirmAsync(Visit visit, string? link, CancellationToken cancellation) => database.AllOrNothingAsync(async () =>
    {
        var now = clock.GetUtcNow();
        await database.LockNamesAsync(cancellation);
        if (await database.FindChangeAsync(link, MailedLinkPurpose.ConfirmEmail, now, cancellation) is not ({ } owner, { } found)
            || await database.IsNameTakenAsync(SignInName.Normalize(found.NewEmail!), owner.Id, cancellation)
            || !await database.TryUseAsync(link!, MailedLinkPurpose.ConfirmEmail, now, cancellation))
        {
            return false;
        }

        var person = await database.LockPersonAsync(owner.Id, cancellation);
        var change = await database.ContactChanges.SingleAsync(row => row.Id == found.Id, cancellation);
        await WriteChangeAsync(visit, person, change, now, cancellation);
        return true;
    }, cancellation);

    private async Task WriteRequestAsync(Visit visit, SignInRow signIn, Person person, string address, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var name = SignInName.Normalize(address);
        var change = new ContactChange
        {
            Id = Guid.CreateVersion7(now),
            PersonId = person.Id,
            Kind = ContactKind.Email,
            CreatedAt = now,
            NewEmail = address,
        };
        database.ContactChanges.Add(change);
        // Asking again must not fill a mailbox that belongs to neither of the two.
        var mayMail = await throttle.ReserveNewAddressMailAsync(name, cancellation);
        var isTaken = await database.IsNameTakenAsync(name, person.Id, cancellation);
        var owner = isTaken && mayMail
            ? await database.Users.SingleOrDefaultAsync(
                row => row.NormalizedEmail == name && row.EmailConfirmed && row.DisabledAt == null, cancellation)
            : null;
        if (owner is not null)
        {
            // As for a free address: one mail, and one link, which nobody has.
            mails.Tell(database, visit, owner, MailTable.AddressWanted);
            database.AddLink(Guid.Empty, MailedLinkPurpose.ConfirmEmail, TimeSpan.Zero, now, changeId: null);
        }
        else
        {
            mails.Tell(database, visit, person, MailTable.ConfirmEmail, new(change, IsDecoy: isTaken || !mayMail));
        }

        database.SecurityEvents.Add(SecurityEvent.EmailChangeRequested(now, person.Id, signIn.SessionId));
        await database.SaveChangesAsync(cancellation);
    }

    private async Task WriteChangeAsync(
        Visit visit, Person person, ContactChange change, DateTimeOffset now, CancellationToken cancellation)
    {
        var oldAddress = person.EmailConfirmed ? person.Email : null;
        var isAnother = person.NormalizedEmail != SignInName.Normalize(change.NewEmail!);
        await database.VoidNoticesAsync(person.Id, cancellation);
        change.Done(await database.NextChangeAsync(person.Id, now, cancellation), person);
        (person.SecurityStamp, person.UpdatedAt) = (RandomNumberGenerator.GetHexString(32), now);
        database.SecurityEvents.Add(SecurityEvent.EmailChanged(now, person.Id));
        if (isAnother)
        {
            mails.Tell(database, visit, person, MailTable.EmailChanged, new(change.Id, oldAddress));
            await texts.TellAsync(database, person.Id, TextNotice.EmailChanged, cancellation);
        }

        await database.SaveChangesAsync(cancellation);
        // After the save: a completed change no longer waits.
        await database.VoidRequestsAsync(person.Id, cancellation);
    }
}
