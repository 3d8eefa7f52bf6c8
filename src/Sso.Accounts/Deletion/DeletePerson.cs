using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Accounts.Limits;
using Sso.Accounts.Mails;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Administrators;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Protocol;

namespace Sso.Accounts.Deletion;

/// <summary>
/// Deletes a person with everything that is theirs: at once for an operator, or when the time is up that the owner had to reconsider
/// (<see cref="DeletionRequest"/>). Security events stay, so that the audit chain holds: they name the person by the random subject, and
/// their addresses are erased. Notices to applications that a session has ended stay until they are sent. The subject is never given to
/// anybody else (OIDC Core §8).
/// </summary>
public sealed class DeletePerson(SsoDbContext database, AuditRetention audit, Lazy<SecurityMails> mails, TimeProvider clock)
{
    /// <summary>By an operator, and not the only owner.</summary>
    public Task<Result<Person, Refusal>> ExecuteAsync(
        string who, CancellationToken cancellation) => database.AllOrNothingAsync<Person>(async () =>
    {
        if (await database.FindPersonAsync(who, cancellation) is not { } person)
        {
            return OperatorActs.NotFound(who);
        }

        if (await database.FindLastOwnerAsync(person, cancellation) is { } refusal)
        {
            return refusal;
        }

        await RemoveAsync(person, asked: null, clock.GetUtcNow(), cancellation);
        return person;
    }, cancellation);

    /// <summary>
    /// All accounts whose time is up, each in its own transaction. That of somebody who has become the only owner waits for another one.
    /// </summary>
    public async Task RunDueAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        foreach (var due in await database.AccountDeletions.AsNoTracking().Where(row => row.DueAt <= now).ToListAsync(cancellation))
        {
            await database.AllOrNothingAsync(async () =>
            {
                if (await database.IsLastOwnerAsync(due.PersonId, cancellation)
                    || !await database.TakeDueAsync(due.PersonId, now, cancellation))
                {
                    return false;
                }

                var person = await database.Users.AsNoTracking().SingleAsync(row => row.Id == due.PersonId, cancellation);
                await RemoveAsync(person, due, now, cancellation);
                return true;
            }, cancellation);
        }
    }

    /// <param name="asked">What its owner asked for, to whom a mail says goodbye; null for an operator.</param>
    private async Task RemoveAsync(Person person, AccountDeletion? asked, DateTimeOffset now, CancellationToken cancellation)
    {
        var id = person.Id;
        var because = asked is null ? "by an operator" : "as its owner asked";
        if (asked is not null)
        {
            mails.Value.Tell(database, visit: null, person, MailTable.Deleted, asked);
        }

        await database.ForgetFailuresAsync(person, cancellation);
        await database.EndEverythingAsync(id, keptSessionId: null, because, now, cancellation);
        await RemoveFactorsAsync(id, cancellation);
        await database.Consents.Where(row => row.PersonId == id).ExecuteDeleteAsync(cancellation);
        await database.ContactChanges.Where(row => row.PersonId == id).ExecuteDeleteAsync(cancellation);
        await database.KnownBrowsers.Where(row => row.PersonId == id).ExecuteDeleteAsync(cancellation);
        await database.Grants.Where(row => row.PersonId == id).ExecuteDeleteAsync(cancellation);
        await database.WaitingRequests.Where(row => row.PersonId == id).ExecuteDeleteAsync(cancellation);
        await database.Sessions.Where(row => row.PersonId == id).ExecuteDeleteAsync(cancellation);
        await database.MailedLinks.Where(row => row.PersonId == id).ExecuteDeleteAsync(cancellation);
        await database.OwedNotices.Where(row => row.PersonId == id).ExecuteDeleteAsync(cancellation);
        await database.AccountDeletions.Where(row => row.PersonId == id).ExecuteDeleteAsync(cancellation);
        await database.Proposals.Where(row => row.PersonId == id).ExecuteDeleteAsync(cancellation);
        await database.RemoveRoleAsync(id, cancellation);
        await database.Users.Where(row => row.Id == id).ExecuteDeleteAsync(cancellation);
        await audit.EraseAddressesOfAsync(database, id, cancellation);
        database.SecurityEvents.Add(SecurityEvent.PersonDeleted(now, id, because));
        await database.SaveChangesAsync(cancellation);
    }

    /// <summary>Together with the codes that are on their way; what providers were given is kept masked and names nobody.</summary>
    private async Task RemoveFactorsAsync(Guid id, CancellationToken cancellation)
    {
        var factors = database.SecondFactors.Where(row => row.PersonId == id).Select(row => row.Id);
        await database.MessageChallenges.Where(row => row.FactorId == id || factors.Contains(row.FactorId))
            .ExecuteDeleteAsync(cancellation);
        await database.OutgoingTexts.Where(row => row.PersonId == id || factors.Contains(row.FactorId!.Value))
            .ExecuteDeleteAsync(cancellation);
        await database.SecondFactors.Where(row => row.PersonId == id).ExecuteDeleteAsync(cancellation);
        await database.RecoveryCodes.Where(row => row.PersonId == id).ExecuteDeleteAsync(cancellation);
    }
}
