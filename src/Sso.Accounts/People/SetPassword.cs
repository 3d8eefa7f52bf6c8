using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Protocol;

namespace Sso.Accounts.People;

/// <summary>
/// Sets a new password. Whoever was signed in with the old one is signed out, links that were mailed before are voided, failures are
/// forgotten, and the owner is told.
/// </summary>
public sealed class SetPassword(SsoDbContext database, PasswordFloor floor, TimeProvider clock)
{
    public async Task<Result<PersonView, Refusal>> ExecuteAsync(string who, string password, CancellationToken cancellation)
    {
        if (await database.FindPersonAsync(who, cancellation) is not { } person)
        {
            return PersonQueries.NotFound(who);
        }

        var policy = await floor.PolicyAsync(cancellation);
        if (PasswordRules.FindFlaw(password, policy, PasswordRules.OwnWords(person)) is { } flaw)
        {
            var (what, remedy) = PasswordRules.Describe(flaw, policy);
            return Refusal.Invalid(new FieldProblem("password", what, remedy));
        }

        var now = clock.GetUtcNow();
        var (id, hash, stamp) = (person.Id, PasswordHashing.Hash(password), RandomNumberGenerator.GetHexString(32));
        return await database.AllOrNothingAsync<PersonView>(async () =>
        {
            // One statement instead of a tracked change: a sign-in at the same moment may touch the row and must not make this fail.
            await database.Users
                .Where(row => row.Id == id)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.PasswordHash, hash).SetProperty(row => row.SecurityStamp, stamp), cancellation);
            await database.EndEverythingAsync(id, keptSessionId: null, "password set", now, cancellation);
            await database.VoidRequestsAsync(id, cancellation);
            await database.ForgetFailuresAsync(person, cancellation);
            database.OwedNotices.Add(new(id, OwedNoticeKind.PasswordChanged, now));
            database.RecordChange(person, "password set", now);
            return PersonView.Of(person);
        }, cancellation);
    }
}
