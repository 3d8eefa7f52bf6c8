using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Accounts.Contacts;
using Sso.Accounts.Mails;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Administrators;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Sessions;
using Sso.Protocol;

namespace Sso.Accounts.Factors;

/// <summary>The outcome of removing a method.</summary>
public enum RemovalOutcome
{
    Removed,

    /// <summary>The person has no such method, or not any longer.</summary>
    NotFound,

    /// <summary>The last one stays: removing it would turn off two-factor authentication, which has to be asked for by name.</summary>
    IsLast,

    /// <summary>The person has a role, and nothing else opens the console.</summary>
    IsNeededForRole,
}

/// <summary>
/// Removes a second factor: by its owner, whose page has demanded a fresh proof, or by an operator for somebody who can no longer do it
/// themselves, after a lost phone or a stolen key. Owners keep the last one; with an operator it goes, the recovery codes go as well, and
/// the next sign-in enrols again. What a role needs goes with neither, except for the only owner: nobody could take that role away first.
/// </summary>
public sealed class RemoveFactor(
    SsoDbContext database, Lazy<NumberHistory> numbers, Lazy<SecurityMails> mails, Lazy<NoticeTexts> texts, TimeProvider clock)
{
    public Task<RemovalOutcome> ExecuteAsync(Actor.Owner owner, Guid factorId, CancellationToken cancellation) =>
        database.AllOrNothingAsync(
            async () => await database.HoldAsync(owner.SignIn, cancellation)
                ? await TakeAsync(owner, factorId, isStrangers: false, cancellation)
                : RemovalOutcome.NotFound,
            outcome => outcome is RemovalOutcome.Removed,
            cancellation);

    /// <summary>The same, inside the transaction of its cause, which holds the session.</summary>
    /// <param name="isStrangers">Somebody else set it up: it goes even if a role needs it.</param>
    internal async Task<RemovalOutcome> TakeAsync(
        Actor.Owner owner, Guid factorId, bool isStrangers, CancellationToken cancellation)
    {
        var person = await database.LockPersonAsync(owner.SignIn.PersonId, cancellation);
        // A method, or a number that is used for notices only.
        var factor = await database.SecondFactors.SingleOrDefaultAsync(
            row => row.Id == factorId && row.PersonId == person.Id && row.ActivatedAt != null, cancellation);
        if (factor is null)
        {
            return RemovalOutcome.NotFound;
        }

        return !isStrangers && !await database.IsLastAsync(factor, cancellation)
            && await database.IsNeededForRoleAsync(factor, cancellation)
            ? RemovalOutcome.IsNeededForRole
            : await RemoveAsync(owner, person, factor, cancellation);
    }

    /// <summary>By an operator, who names the person and takes the last one too.</summary>
    /// <param name="factorId">As <see cref="FactorView.Id"/> shows it.</param>
    public Task<Result<Person, Refusal>> ExecuteAsync(
        string who, string factorId, CancellationToken cancellation) => database.AllOrNothingAsync<Person>(async () =>
    {
        if (await database.FindPersonAsync(who, cancellation) is not { } person)
        {
            return OperatorActs.NotFound(who);
        }

        var factors = await database.ActiveFactors(person.Id).ToListAsync(cancellation);
        if (factors.SingleOrDefault(candidate => FactorView.IdOf(candidate) == factorId) is not { } factor)
        {
            return Refusal.NotFound(
                "factor",
                $"{person.UserName} has no second factor '{factorId}'.",
                $"See them with: sso user show {person.UserName}");
        }

        // First the lock under which roles are given and taken.
        if (factor.Method != ProofMethod.TextMessage && !await database.IsLastOwnerAsync(person.Id, cancellation)
            && await database.IsNeededForRoleAsync(factor, cancellation))
        {
            return Refusal.Invalid(new FieldProblem(
                "factor", $"'{person.UserName}' has a role, and nothing else that opens the console.",
                $"Take the role away, and give it again when they have set up another: sso admin remove {person.UserName}"));
        }

        await RemoveAsync(new Actor.Operator(), person, factor, cancellation);
        return person;
    }, cancellation);

    private async Task<RemovalOutcome> RemoveAsync(Actor actor, Person person, SecondFactor factor, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var isLast = await database.IsLastAsync(factor, cancellation);
        if (isLast && actor is Actor.Owner)
        {
            return RemovalOutcome.IsLast;
        }

        if (actor is Actor.Owner owner)
        {
            await RecordAndTellAsync(owner, person, factor, now, cancellation);
            await database.MethodsChangedAsync(person.Id, now, cancellation);
        }
        else
        {
            database.RecordChange(
                person, "factor removed", now, RecordedChanges.Of(("second_factor", factor.Method.ToString(), null)));
            database.OwedNotices.Add(new(person.Id, OwedNoticeKind.FactorRemoved, now));
            // Whoever holds that factor may be signed in.
            await database.EndEverythingAsync(person.Id, keptSessionId: null, "factor removed", now, cancellation);
        }

        database.SecondFactors.Remove(factor);
        if (isLast)
        {
            await database.RemoveRecoveryCodesAsync(person, cancellation);
        }

        await database.SaveChangesAsync(cancellation);
        return RemovalOutcome.Removed;
    }

    /// <summary>A number that its owner removes can be brought back, as after any change of a contact.</summary>
    private async Task RecordAndTellAsync(
        Actor.Owner owner, Person person, SecondFactor factor, DateTimeOffset now, CancellationToken cancellation)
    {
        var (visit, signIn) = owner;
        if (factor.Method == ProofMethod.TextMessage)
        {
            await numbers.Value.RecordAsync(visit, signIn, factor, NumberChangeKind.Removed, successor: null, now, cancellation);
        }
        else
        {
            database.SecurityEvents.Add(SecurityEvent.SecondFactorRemoved(now, person.Id, signIn.SessionId, factor.Method));
            mails.Value.Tell(database, visit, person, MailTable.FactorRemoved, factor.Method);
        }

        await texts.Value.TellAsync(database, person.Id, TextNotice.FactorRemoved, cancellation, except: factor.Id);
    }
}
