using Sso.Admin.People;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Server.SignIn;
using Sso.Server.Visits;

namespace Sso.Server.Account;

/// <summary>
/// The link in a mail about a changed address or number: it restores what was before, voids every later change, and closes the account as
/// "it wasn't me" does, because whoever made the change could sign in.
/// </summary>
public sealed class ContactUndo(
    SsoDbContext database, UndoContactChanges undo, PasswordReset reset, TimeProvider clock)
{
    /// <summary>The change of a living link; opening the page uses nothing, because mail scanners open links.</summary>
    public Task<(Person Person, ContactChange Change)?> FindAsync(string? link, CancellationToken cancellation) =>
        database.FindChangeAsync(link, MailedLinkPurpose.UndoChange, clock.GetUtcNow(), cancellation);

    /// <summary>False when the link is dead.</summary>
    public Task<bool> UndoAsync(Visit visit, string? link, CancellationToken cancellation) => database.AllOrNothingAsync(async () =>
    {
        var now = clock.GetUtcNow();
        if (await FindAsync(link, cancellation) is not ({ } owner, { } change))
        {
            return false;
        }

        var person = await database.LockPersonAsync(owner.Id, cancellation);
        // After the lock: the undo of an earlier change takes this link away.
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
