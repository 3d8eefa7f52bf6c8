using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Admin;
using Sso.Data;
using Sso.Protocol;

namespace Sso.Accounts.People;

/// <summary>Opens a closed account again. The person has to sign in again: what was ended when it was closed stays ended.</summary>
public sealed class EnablePerson(SsoDbContext database, TimeProvider clock)
{
    public Task<Result<PersonView, Refusal>> ExecuteAsync(
        string who, CancellationToken cancellation) => database.AllOrNothingAsync<PersonView>(async () =>
    {
        if (await database.FindPersonAsync(who, cancellation) is not { } person)
        {
            return OperatorActs.NotFound(who);
        }

        var (id, now) = (person.Id, clock.GetUtcNow());
        // The closing was the last change until now; without the time of this one the account would seem to have gone back in time.
        await database.Users
            .Where(row => row.Id == id && row.DisabledAt != null)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.DisabledAt, (DateTimeOffset?)null).SetProperty(row => row.UpdatedAt, now), cancellation);
        database.RecordChange(person, "enabled", now, RecordedChanges.Of(("disabled_at", person.DisabledAt, null)));
        return PersonView.Of(person) with { DisabledAt = null };
    }, cancellation);
}
