using Sso.Accounts.Actors;
using Sso.Accounts.Limits;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Protocol;

namespace Sso.Accounts.People;

/// <summary>
/// Ends the waits and the closing of factors after too many wrong passwords or codes, also in the browsers that the person trusts and where
/// they are signed in. Where nothing was counted, nothing is recorded and nobody is told.
/// </summary>
public sealed class UnlockPerson(SsoDbContext database, TimeProvider clock)
{
    public Task<Result<UnlockedPerson, Refusal>> ExecuteAsync(
        string who, ActingOperator by, CancellationToken cancellation) => database.AllOrNothingAsync<UnlockedPerson>(async () =>
    {
        if (await database.FindPersonAsync(who, cancellation) is not { } person)
        {
            return OperatorActs.NotFound(who);
        }

        if (await database.FindDenialAsync(by, person, cancellation) is { } denial)
        {
            return denial;
        }

        var hadFailures = await database.ForgetFailuresAsync(person, cancellation);
        if (hadFailures)
        {
            var now = clock.GetUtcNow();
            database.RecordChange(person, "unlocked", now);
            database.OwedNotices.Add(new(person.Id, OwedNoticeKind.Unlocked, now));
        }

        return new UnlockedPerson(PersonView.Of(person), hadFailures);
    }, cancellation);
}

/// <param name="HadFailures">False if nothing was counted, so that nothing changed.</param>
public sealed record UnlockedPerson(PersonView Person, bool HadFailures);
