using Sso.Accounts.Actors;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Logout;
using Sso.Protocol;

namespace Sso.Accounts.People;

/// <summary>Signs a person out everywhere, with what applications got and every browser that is spared the second factor.</summary>
public sealed class SignOutPerson(SsoDbContext database, TimeProvider clock)
{
    public Task<Result<PersonView, Refusal>> ExecuteAsync(string who, CancellationToken cancellation) =>
        database.AllOrNothingAsync<PersonView>(
            async () =>
            {
                if (await database.FindPersonAsync(who, cancellation) is not { } person)
                {
                    return OperatorActs.NotFound(who);
                }

                var now = clock.GetUtcNow();
                await database.EndEverythingAsync(person.Id, keptSessionId: null, "signed out by an operator", now, cancellation);
                database.RecordChange(person, "signed out everywhere", now);
                return PersonView.Of(person);
            },
            cancellation);
}
