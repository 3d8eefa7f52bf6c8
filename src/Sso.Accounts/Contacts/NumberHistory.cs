using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Data.Sessions;
using Sso.Protocol;
using Sso.Accounts.Mails;
using Sso.Accounts.Visits;

namespace Sso.Accounts.Contacts;

/// <summary>What became of a verified number.</summary>
public enum NumberChangeKind
{
    Replaced,
    Removed,
    NoLongerForSignIn,
    NoLongerForNotices,
}

/// <summary>
/// Keeps each change of a verified number with the state before it, so that a link in the mail can undo it for 72 hours, and tells the
/// number itself by text. Everything is left pending in the context: the caller saves it with the change.
/// </summary>
public sealed class NumberHistory(SsoDbContext database, Sealer sealer, SecurityMails mails, NoticeTexts texts, TimeProvider clock)
{
    /// <summary>To be called before the row of the number is changed.</summary>
    /// <param name="number">As it was.</param>
    /// <param name="successor">The number that takes its place.</param>
    public async Task RecordAsync(
        Visit visit, SignInRow signIn, SecondFactor number, NumberChangeKind change, Guid? successor, DateTimeOffset now,
        CancellationToken cancellation)
    {
        var record = await KeepAsync(signIn, number, successor, now, cancellation);
        database.SecurityEvents.Add(EventOf(change, signIn, now));
        var person = await database.Users.SingleAsync(row => row.Id == signIn.PersonId, cancellation);
        mails.Tell(database, visit, person, MailOf(change), record.Id);
        texts.Tell(database, person, number, TextOf(change));
    }

    /// <summary>Keeps the previous state, for an undo; the caller sends the notices.</summary>
    public async Task<ContactChange> KeepAsync(
        SignInRow signIn, SecondFactor number, Guid? successor, DateTimeOffset now, CancellationToken cancellation)
    {
        var at = await database.NextChangeAsync(signIn.PersonId, now, cancellation);
        var id = Guid.CreateVersion7(at);
        var record = new ContactChange
        {
            Id = id,
            PersonId = signIn.PersonId,
            Kind = ContactKind.Number,
            CreatedAt = at,
            OldNumber = sealer.Protect(ContactChange.ContextOf(id), number.NumberBy(sealer)),
            FactorId = number.Id,
            NewFactorId = successor,
            WasForSignIn = number.UsedForSignIn,
            WasForNotices = number.UsedForNotices,
            WasActivatedAt = number.ActivatedAt,
        };
        record.Done(at);
        database.ContactChanges.Add(record);
        return record;
    }

    /// <summary>
    /// The code of a pending number was entered: it becomes active, in place of the number that it replaces or that is the same. True if
    /// another number was replaced, which has been notified; any other notices are up to the caller.
    /// </summary>
    public async Task<bool> ActivateAsync(Visit visit, SignInRow signIn, SecondFactor pending, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        database.Attach(pending);
        var numbers = await database.VerifiedNumbers(signIn.PersonId).ToListAsync(cancellation);
        if (numbers.SingleOrDefault(number => number.Id == pending.Replaces) is { } replaced)
        {
            await RecordAsync(visit, signIn, replaced, NumberChangeKind.Replaced, pending.Id, now, cancellation);
            pending.UseFor(replaced.UsedForSignIn, replaced.UsedForNotices);
            database.SecondFactors.Remove(replaced);
        }

        foreach (var same in numbers.Where(number => number.Id != pending.Replaces && number.NumberBy(sealer) == pending.NumberBy(sealer)))
        {
            pending.UseFor(pending.UsedForSignIn || same.UsedForSignIn, pending.UsedForNotices || same.UsedForNotices);
            database.SecondFactors.Remove(same);
        }

        pending.Activate(now);
        return pending.Replaces is not null && numbers.Any(number => number.Id == pending.Replaces);
    }

    /// <summary>A number that is used for notices only is not a method, and is announced as a contact.</summary>
    public Task TellAddedAsync(Visit visit, SignInRow signIn, CancellationToken cancellation) =>
        TellAddedAsync(visit, signIn, clock.GetUtcNow(), cancellation);

    public async Task TellAddedAsync(Visit visit, SignInRow signIn, DateTimeOffset now, CancellationToken cancellation)
    {
        database.SecurityEvents.Add(SecurityEvent.ContactsChanged(now, signIn.PersonId, signIn.SessionId));
        await mails.TellAsync(database, visit, signIn.PersonId, MailTable.ContactAdded, cancellation);
    }

    private static SecurityEvent EventOf(NumberChangeKind change, SignInRow signIn, DateTimeOffset now)
    {
        var (person, session) = (signIn.PersonId, signIn.SessionId);
        return change switch
        {
            NumberChangeKind.Replaced => SecurityEvent.NumberChanged(now, person, session),
            NumberChangeKind.NoLongerForNotices => SecurityEvent.ContactsChanged(now, person, session),
            _ => SecurityEvent.SecondFactorRemoved(now, person, session, ProofMethod.TextMessage),
        };
    }

    private static MailRow<Guid?> MailOf(NumberChangeKind change) => change switch
    {
        NumberChangeKind.Replaced => MailTable.NumberChanged,
        NumberChangeKind.Removed => MailTable.NumberRemoved,
        NumberChangeKind.NoLongerForSignIn => MailTable.NumberNotForSignIn,
        _ => MailTable.NumberNotForNotices,
    };

    private static TextNotice TextOf(NumberChangeKind change) => change switch
    {
        NumberChangeKind.Replaced => TextNotice.NumberChanged,
        NumberChangeKind.Removed => TextNotice.NumberRemoved,
        NumberChangeKind.NoLongerForSignIn => TextNotice.NumberNotForSignIn,
        _ => TextNotice.NumberNotForNotices,
    };
}
