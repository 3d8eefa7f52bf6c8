using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Logout;
using Sso.Data.People;
using Sso.Protocol;

namespace Sso.Accounts.People;

/// <summary>
/// Closes an account and signs the person out everywhere; links that were mailed are void. Nothing else is deleted. The only owner stays.
/// </summary>
public sealed class DisablePerson(SsoDbContext database, TimeProvider clock)
{
    public Task<Result<PersonView, Refusal>> ExecuteAsync(
        string who, CancellationToken cancellation) => database.AllOrNothingAsync<PersonView>(async () =>
    {
        var now = clock.GetUtcNow();
        if (await database.FindPersonAsync(who, cancellation) is not { } person)
        {
            return OperatorActs.NotFound(who);
        }

        if (await database.FindLastOwnerAsync(person, cancellation) is { } refusal)
        {
            return refusal;
        }

        var id = person.Id;
        await database.Users
            .Where(row => row.Id == id && row.DisabledAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.DisabledAt, now), cancellation);
        await database.EndEverythingAsync(id, keptSessionId: null, "person disabled", now, cancellation);
        await database.VoidRequestsAsync(id, cancellation);
        database.RecordChange(person, "disabled", now, RecordedChanges.Of(("disabled_at", person.DisabledAt, person.DisabledAt ?? now)));
        return PersonView.Of(person) with { DisabledAt = person.DisabledAt ?? now };
    }, cancellation);
}
