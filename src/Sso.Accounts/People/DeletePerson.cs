using Microsoft.EntityFrameworkCore;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Protocol;

namespace Sso.Accounts.People;

/// <summary>
/// Deletes a person with everything that is theirs. Only the security events stay, which name them by the random subject and whose
/// addresses are erased, so that the audit chain holds. The subject is never given again (OIDC Core §8).
/// </summary>
public sealed class DeletePerson(SsoDbContext database, AuditRetention audit, TimeProvider clock)
{
    public Task<Result<PersonView, Refusal>> ExecuteAsync(
        string who, CancellationToken cancellation) => database.AllOrNothingAsync<PersonView>(async () =>
    {
        if (await database.FindPersonAsync(who, cancellation) is not { } person)
        {
            return PersonQueries.NotFound(who);
        }

        await RemoveAsync(person, "by an operator", cancellation);
        return PersonView.Of(person);
    }, cancellation);

    /// <summary>To be called inside a transaction of the caller.</summary>
    public async Task RemoveAsync(Person person, string because, CancellationToken cancellation)
    {
        var (id, now) = (person.Id, clock.GetUtcNow());
        await database.EndEverythingAsync(id, keptSessionId: null, because, now, cancellation);
        await database.ForgetFailuresAsync(person, cancellation);
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
