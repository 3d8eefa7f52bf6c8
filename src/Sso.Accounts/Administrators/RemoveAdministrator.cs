using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Admin;
using Sso.Accounts.People;
using Sso.Data;
using Sso.Data.Administrators;
using Sso.Data.Operations;
using Sso.Protocol;

namespace Sso.Accounts.Administrators;

/// <summary>Takes a role away; the person stays. The only owner keeps theirs.</summary>
public sealed class RemoveAdministrator(SsoDbContext database, TimeProvider clock)
{
    public Task<Result<PersonView, Refusal>> ExecuteAsync(string who, CancellationToken cancellation) =>
        database.AllOrNothingAsync<PersonView>(
            async () =>
            {
                if (await database.FindPersonAsync(who, cancellation) is not { } person)
                {
                    return OperatorActs.NotFound(who);
                }

                await database.LockNamesAsync(cancellation);
                if (await database.Administrators.AsNoTracking().SingleOrDefaultAsync(row => row.PersonId == person.Id, cancellation)
                    is not { } administrator)
                {
                    return Refusal.NotFound(
                        "user_name", $"'{person.UserName}' has no role.", "List the administrators to see who has one.");
                }

                if (await database.FindLastOwnerAsync(person, cancellation) is { } refusal)
                {
                    return refusal;
                }

                await database.RemoveRoleAsync(person.Id, cancellation);
                database.RecordChange(
                    person, "role taken away", clock.GetUtcNow(), RecordedChanges.Of(("role", administrator.Role.ToString(), null)));
                return PersonView.Of(person);
            },
            cancellation);
}
