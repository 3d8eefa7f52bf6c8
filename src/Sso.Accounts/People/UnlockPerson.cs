using Sso.Accounts.Actors;
using Sso.Accounts.Limits;
using Sso.Admin;
using Sso.Data;
using Sso.Protocol;

namespace Sso.Accounts.People;

/// <summary>
/// Ends the waits and the closing of factors after too many wrong passwords or codes, also in the browsers that the person trusts and where
/// they are signed in.
/// </summary>
public sealed class UnlockPerson(SsoDbContext database, TimeProvider clock)
{
    public Task<Result<PersonView, Refusal>> ExecuteAsync(
        string who, CancellationToken cancellation) => database.AllOrNothingAsync<PersonView>(async () =>
    {
        if (await database.FindPersonAsync(who, cancellation) is not { } person)
        {
            return OperatorActs.NotFound(who);
        }

        await database.ForgetFailuresAsync(person, cancellation);
        database.RecordChange(person, "unlocked", clock.GetUtcNow());
        return PersonView.Of(person);
    }, cancellation);
}
