using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Protocol;

namespace Sso.Accounts.Protection;

/// <summary>
/// Undoes a change of address or number and every later one, so that the first link undoes both changes of a stranger who made two. Methods
/// and recovery codes that came since then go too, provided that an older method is left to sign in with. Everything that is open ends.
/// </summary>
public sealed class UndoContactChanges(
    SsoDbContext database, DataKeyRing dataKeys, Sealer sealer, Lazy<CloseAccount> close, TimeProvider clock)
{
    /// <summary>By an operator: back to before the first change that is still known.</summary>
    public async Task<Result<Person, Refusal>> ExecuteAsync(string who, CancellationToken cancellation)
    {
        // Derives a key from the passphrase, for which no transaction waits.
        await dataKeys.LoadAsync(cancellation);
        return await database.AllOrNothingAsync<Person>(async () =>
        {
            if (await database.FindPersonAsync(who, cancellation) is not { } person)
            {
                return OperatorActs.NotFound(who);
            }

            var first = await database.ContactChanges.Where(change => change.PersonId == person.Id
                && change.DoneAt != null && change.UndoneAt == null)
                .OrderBy(change => change.DoneAt).ThenBy(change => change.Id).FirstOrDefaultAsync(cancellation);
            if (first is null)
            {
                return Refusal.NotFound(
                    "user_name", $"No change of an address or number of '{person.UserName}' can be undone.",
                    "Changes are kept for 30 days, and undone once.");
            }

            await UndoAsync(new Actor.Operator(), person, first, clock.GetUtcNow(), cancellation);
            return person;
        }, cancellation);
    }

    /// <summary>The change of a valid link.</summary>
    public Task<(Person Person, ContactChange Change)?> FindAsync(string? link, CancellationToken cancellation) =>
        database.FindChangeAsync(link, MailedLinkPurpose.UndoChange, clock.GetUtcNow(), cancellation);

    /// <summary>With the link in the mail about a change. False if it is dead.</summary>
    public Task<bool> ExecuteAsync(Actor.Mailbox mailbox, string? link, CancellationToken cancellation) => database.AllOrNothingAsync(
        async () =>
        {
            var now = clock.GetUtcNow();
            if (await database.FindChangeAsync(link, MailedLinkPurpose.UndoChange, now, cancellation) is not ({ } owner, { } change))
            {
                return false;
            }

            var person = await database.LockPersonAsync(owner.Id, cancellation);
            // After the lock: undoing an earlier change voids this link.
            if (!await database.TryUseAsync(link!, MailedLinkPurpose.UndoChange, now, cancellation))
            {
                return false;
            }

            await UndoAsync(mailbox, person, change, now, cancellation);
            return true;
        },
        cancellation);

    private async Task UndoAsync(
        Actor actor, Person person, ContactChange first, DateTimeOffset now, CancellationToken cancellation)
    {
        await TakeBackAsync(person, first.DoneAt!.Value, now, cancellation);
        if (actor is Actor.Mailbox mailbox)
        {
            database.SecurityEvents.Add(SecurityEvent.ContactsRestored(now, person.Id, first.Kind));
            // As after "it wasn't me": whoever made the change could sign in.
            await close.Value.CloseAsync(mailbox.Visit, person, now, cancellation);
        }
        else
        {
            await database.EndEverythingAsync(person.Id, keptSessionId: null, "contacts restored", now, cancellation);
            database.RecordChange(person, "contacts restored", now);
        }
    }

    /// <summary>Leaves the account as it was before that moment.</summary>
    private async Task TakeBackAsync(Person person, DateTimeOffset since, DateTimeOffset now, CancellationToken cancellation)
    {
        var changes = await database.ContactChanges
            .Where(change => change.PersonId == person.Id && change.DoneAt >= since && change.UndoneAt == null)
            .OrderByDescending(change => change.DoneAt).ThenByDescending(change => change.Id).ToListAsync(cancellation);
        var restored = new HashSet<Guid>();
        foreach (var change in changes)
        {
            change.Undone(now);
            if (change.Kind == ContactKind.Email)
            {
                person.MoveTo(change.OldEmail, change.OldEmailConfirmed);
            }
            else
            {
                restored.Add(await RestoreNumberAsync(change, cancellation));
            }
        }

        await RemoveWhatCameSinceAsync(person, since, restored, cancellation);
        // What was asked for in between was announced only to the changed contacts.
        await database.CallOffDeletionAsync(person.Id, cancellation);
        await database.EndRecoveryAsync(person.Id, openedIn: null, now, cancellation);
        await VoidLinksAsync(person.Id, changes, cancellation);
        person.UpdatedAt = now;
    }

    private async Task<Guid> RestoreNumberAsync(ContactChange change, CancellationToken cancellation)
    {
        if (change.NewFactorId is { } successor && await database.SecondFactors.FindAsync([successor], cancellation) is { } newer)
        {
            database.SecondFactors.Remove(newer);
        }

        var id = change.FactorId!.Value;
        var factor = await database.SecondFactors.FindAsync([id], cancellation);
        if (factor is null)
        {
            var number = sealer.UnprotectText(ContactChange.ContextOf(change.Id), change.OldNumber!);
            var stored = SealedNumber.Of(id, number, sealer);
            factor = new SecondFactor
            {
                Id = id,
                PersonId = change.PersonId,
                Method = ProofMethod.TextMessage,
                Protected = stored.Protected,
                NumberHash = stored.Hash,
                CreatedAt = change.WasActivatedAt!.Value,
            };
            factor.Activate(change.WasActivatedAt!.Value);
            database.SecondFactors.Add(factor);
        }

        factor.UseFor(change.WasForSignIn, change.WasForNotices);
        return id;
    }

    /// <summary>Nobody is left without a method: in that case what came since stays, and the owner decides after signing in.</summary>
    private async Task RemoveWhatCameSinceAsync(Person person, DateTimeOffset since, HashSet<Guid> restored, CancellationToken cancellation)
    {
        await database.SecondFactors.Where(factor => factor.PersonId == person.Id && factor.ActivatedAt != null).LoadAsync(cancellation);
        // Local leaves out what was removed above.
        var methods = database.SecondFactors.Local.Where(factor => factor.PersonId == person.Id && factor.ActivatedAt is not null).ToList();
        var added = methods.Where(factor => factor.ActivatedAt > since && !restored.Contains(factor.Id)).ToList();
        if (methods.Except(added).Any(factor => factor.UsedForSignIn))
        {
            database.SecondFactors.RemoveRange(added);
        }

        if (person.RecoveryCodesSavedAt > since)
        {
            await database.RemoveRecoveryCodesAsync(person, cancellation);
        }
    }

    /// <summary>The links that undo the changes undone here, and those sent to an address that is no longer the person's.</summary>
    private async Task VoidLinksAsync(Guid personId, List<ContactChange> undone, CancellationToken cancellation)
    {
        var ids = undone.Select(change => (Guid?)change.Id).ToArray();
        await database.MailedLinks.Where(link => link.PersonId == personId && ids.Contains(link.ChangeId)).ExecuteDeleteAsync(cancellation);
        await database.VoidRequestsAsync(personId, cancellation);
        await database.VoidNoticesAsync(personId, cancellation);
    }
}
