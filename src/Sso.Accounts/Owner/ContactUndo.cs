using Sso.Accounts.People;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Accounts.SignIn;
using Sso.Accounts.Visits;

namespace Sso.Accounts.Owner;

/// <summary>
/// The link in a mail about a changed address or number: it restores the previous state, voids every later change, and closes the account
/// as "it wasn't me" does, because whoever made the change could sign in.
/// </summary>
public sealed class ContactUndo(
    SsoDbContext database, UndoContactChanges undo, PasswordReset reset, TimeProvider clock)
{
    /// <summary>The change of a valid link; opening the page uses nothing up, because mail scanners open links.</summary>
    public Task<(Person Person, ContactChange Change)?> FindAsync(string? link, CancellationToken cancellation) =>
        database.FindChangeAsync(link, MailedLinkPurpose.UndoChange, clock.GetUtcNow(), cancellation);

    /// <summary>False if the link is dead.</summary>
    public Task<bool> UndoAsync(Visit visit, string? link, CancellationToken cancellation) => database.AllOrNothingAsync(async () =>
    {
        var now = clock.GetUtcNow();
        if (await FindAsync(link, cancellation) is not ({ } owner, { } change))
        {
            return false;
        }

        var person = await database.LockPersonAsync(owner.Id, cancellation);
        // After the lock: undoing an earlier change voids this link.
        if (!await database.TryUseAsync(link!, MailedLinkPurpose.UndoChange, now, cancellation))
        {
            return false;
        }

        await undo.TakeBackAsync(person, change.DoneAt!.Value, cancellation);
        database.SecurityEvents.Add(SecurityEvent.ContactsRestored(now, person.Id, change.Kind));
        await reset.CloseAsync(visit, person, cancellation);
        return true;
    }, cancellation);
}
