using Microsoft.EntityFrameworkCore;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Protocol;

namespace Sso.Accounts.People;

/// <summary>
/// Removes a second factor for somebody who can no longer do it themselves: a lost phone, a stolen key. The person is signed out
/// everywhere, because whoever holds that factor may be signed in, and is told. With the last one the recovery codes go as well, and the
/// next sign-in enrols again.
/// </summary>
public sealed class RemoveFactor(SsoDbContext database, TimeProvider clock)
{
    /// <param name="factorId">As <see cref="FactorView.Id"/> shows it.</param>
    public Task<Result<PersonView, Refusal>> ExecuteAsync(
        string who, string factorId, CancellationToken cancellation) => database.AllOrNothingAsync<PersonView>(async () =>
    {
        if (await database.FindPersonAsync(who, cancellation) is not { } person)
        {
            return PersonQueries.NotFound(who);
        }

        var factors = await database.ActiveFactors(person.Id).ToListAsync(cancellation);
        if (factors.SingleOrDefault(candidate => FactorView.IdOf(candidate) == factorId) is not { } factor)
        {
            return Refusal.NotFound(
                "factor",
                $"{person.UserName} has no second factor '{factorId}'.",
                $"See them with: sso user show {person.UserName}");
        }

        var now = clock.GetUtcNow();
        database.SecondFactors.Remove(factor);
        if (factors.Count == 1)
        {
            await database.RecoveryCodes.Where(row => row.PersonId == person.Id).ExecuteDeleteAsync(cancellation);
            person.RecoveryCodesReplaced();
        }

        await database.EndEverythingAsync(person.Id, keptSessionId: null, "factor removed", now, cancellation);
        database.OwedNotices.Add(new(person.Id, OwedNoticeKind.FactorRemoved, now));
        database.RecordChange(person, "factor removed", now, Changes.Of(("second_factor", factor.Method.ToString(), null)));
        return PersonView.Of(person);
    }, cancellation);
}
