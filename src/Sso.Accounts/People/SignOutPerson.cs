using Sso.Accounts.Actors;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Protocol;

namespace Sso.Accounts.People;

/// <summary>Signs a person out everywhere, with what applications got and every browser that is spared the second factor.</summary>
public sealed class SignOutPerson(SsoDbContext database, TimeProvider clock)
{
    public Task<Result<PersonView, Refusal>> ExecuteAsync(string who, ActingOperator by, CancellationToken cancellation) =>
        database.AllOrNothingAsync<PersonView>(
            async () =>
            {
                if (await database.FindPersonAsync(who, cancellation) is not { } person)
                {
                    return OperatorActs.NotFound(who);
                }

                if (await database.FindDenialAsync(by, person, cancellation) is { } denial)
                {
                    return denial;
                }

                var now = clock.GetUtcNow();
                await database.EndEverythingAsync(person.Id, keptSessionId: null, "signed out by an operator", now, cancellation);
                database.RecordChange(person, "signed out everywhere", now);
                database.OwedNotices.Add(new(person.Id, OwedNoticeKind.SignedOut, now));
                return PersonView.Of(person);
            },
            cancellation);
}
