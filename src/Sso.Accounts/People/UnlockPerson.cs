using Sso.Accounts.Actors;
using Sso.Accounts.Limits;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Protocol;

namespace Sso.Accounts.People;

/// <summary>
/// Ends the waits and the closing of factors after too many wrong passwords or codes, also in the browsers that the person trusts and where
/// they are signed in.
/// </summary>
public sealed class UnlockPerson(SsoDbContext database, TimeProvider clock)
{
    public Task<Result<PersonView, Refusal>> ExecuteAsync(
        string who, ActingOperator by, CancellationToken cancellation) => database.AllOrNothingAsync<PersonView>(async () =>
    {
        if (await database.FindPersonAsync(who, cancellation) is not { } person)
        {
            return OperatorActs.NotFound(who);
        }

        if (await database.FindDenialAsync(by, person, cancellation) is { } denial)
        {
            return denial;
        }

        await database.ForgetFailuresAsync(person, cancellation);
        var now = clock.GetUtcNow();
        database.RecordChange(person, "unlocked", now);
        database.OwedNotices.Add(new(person.Id, OwedNoticeKind.Unlocked, now));
        return PersonView.Of(person);
    }, cancellation);
}
