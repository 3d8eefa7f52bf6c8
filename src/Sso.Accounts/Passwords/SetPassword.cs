using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Accounts.Limits;
using Sso.Accounts.Mails;
using Sso.Accounts.Visits;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Protocol;

namespace Sso.Accounts.Passwords;

/// <summary>
/// Sets a new password: by an operator, or by the owner, who comes here from <see cref="ChangePassword"/>. Whoever was signed in with the
/// old one is signed out, refresh tokens end too, links that were mailed before are void, and the owner is told (NIST SP 800-63B §4.2).
/// </summary>
public sealed class SetPassword(SsoDbContext database, PasswordFloor floor, Lazy<SecurityMails> mails, TimeProvider clock)
{
    /// <summary>By an operator.</summary>
    public async Task<Result<Person, Refusal>> ExecuteAsync(string who, string password, CancellationToken cancellation)
    {
        if (await database.FindPersonAsync(who, cancellation) is not { } person)
        {
            return OperatorActs.NotFound(who);
        }

        var policy = await floor.PolicyAsync(cancellation);
        if (PasswordRules.FindFlaw(password, policy, PasswordRules.OwnWords(person)) is { } flaw)
        {
            var (what, remedy) = PasswordRules.Describe(flaw, policy);
            return Refusal.Invalid(new FieldProblem("password", what, remedy));
        }

        var hash = PasswordHashing.Hash(password);
        return await database.AllOrNothingAsync<Person>(async () =>
        {
            await WriteAsync(new Actor.Operator(), person, hash, clock.GetUtcNow(), cancellation);
            return person;
        }, cancellation);
    }

    /// <summary>To be called inside the transaction of its cause. The owner's own session stays.</summary>
    internal async Task WriteAsync(Actor actor, Person person, string hash, DateTimeOffset now, CancellationToken cancellation)
    {
        var (id, stamp) = (person.Id, RandomNumberGenerator.GetHexString(32));
        // One statement instead of a tracked change: a sign-in at the same moment may touch the row and must not make this fail.
        await database.Users
            .Where(row => row.Id == id)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.PasswordHash, hash).SetProperty(row => row.SecurityStamp, stamp), cancellation);
        await (actor is Actor.Operator
            ? database.ForgetFailuresAsync(person, cancellation)
            : database.ForgetWrongPasswordsAsync(person.NormalizedUserName!, cancellation));
        var because = actor is Actor.Operator ? "password set" : "password changed";
        await database.EndEverythingAsync(id, (actor as Actor.Owner)?.SignIn.SessionId, because, now, cancellation);
        await database.VoidRequestsAsync(id, cancellation);
        switch (actor)
        {
            case Actor.Owner owner:
                await RecordAndTellAsync(owner.Visit, person, now, cancellation);
                break;
            case Actor.Mailbox mailbox:
                await RecordAndTellAsync(mailbox.Visit, person, now, cancellation);
                break;
            default:
                database.OwedNotices.Add(new(id, OwedNoticeKind.PasswordChanged, now));
                database.RecordChange(person, "password set", now);
                break;
        }

        await database.SaveChangesAsync(cancellation);
    }

    private async Task RecordAndTellAsync(Visit visit, Person person, DateTimeOffset now, CancellationToken cancellation)
    {
        database.SecurityEvents.Add(SecurityEvent.PasswordChanged(now, person.Id));
        await mails.Value.TellAsync(database, visit, person, MailTable.PasswordChanged, TextNotice.PasswordChanged, cancellation);
    }
}
