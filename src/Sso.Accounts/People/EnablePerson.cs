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

        var id = person.Id;
        await database.Users
            .Where(row => row.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.DisabledAt, (DateTimeOffset?)null), cancellation);
        database.RecordChange(person, "enabled", clock.GetUtcNow(), RecordedChanges.Of(("disabled_at", person.DisabledAt, null)));
        return PersonView.Of(person) with { DisabledAt = null };
    }, cancellation);
}
