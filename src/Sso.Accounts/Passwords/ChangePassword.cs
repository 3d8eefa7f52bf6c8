using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Accounts.Limits;
using Sso.Accounts.Sessions;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Data.Sessions;

namespace Sso.Accounts.Passwords;

/// <summary>The outcome of setting a new password.</summary>
public abstract record NewPasswordOutcome
{
    private NewPasswordOutcome() { }

    public sealed record Changed : NewPasswordOutcome;

    /// <summary>The link was used, is too old, or is not ours.</summary>
    public sealed record DeadLink : NewPasswordOutcome;

    public sealed record Refused(PasswordFlaw Flaw, PasswordPolicy Policy) : NewPasswordOutcome;

    public sealed record WrongCurrentPassword : NewPasswordOutcome;

    /// <summary>The session in which it was typed was ended meanwhile: its owner has to sign in again.</summary>
    public sealed record SessionEnded : NewPasswordOutcome;

    /// <summary>Only if methods were to go with the old password: none would be left.</summary>
    public sealed record NoMethodLeft : NewPasswordOutcome;

    /// <summary>Too many wrong current passwords in this session.</summary>
    /// <param name="For">Null if no wait helps: then another sign-in does, or an operator who unlocks the person.</param>
    public sealed record Wait(TimeSpan? For) : NewPasswordOutcome;

    /// <summary>The hashing lane is full.</summary>
    public sealed record Busy : NewPasswordOutcome;
}

/// <summary>
/// How owners get a new password: with a mailed link (because they forgot theirs, or asked for the link in the account area), or by typing
/// the current one, in which case their own session stays. What follows from a new password is in <see cref="SetPassword"/>.
/// </summary>
public sealed class ChangePassword(
    SsoDbContext database, SetPassword set, PasswordLane lane, PasswordFloor floor, Throttle throttle,
    SessionEnding sessions, TimeProvider clock)
{
    /// <summary>The person of a valid link.</summary>
    public Task<Person?> OwnerOfAsync(string? link, CancellationToken cancellation) =>
        database.FindOwnerAsync(link, MailedLinkPurpose.ResetPassword, clock.GetUtcNow(), cancellation);

    public async Task<NewPasswordOutcome> ResetAsync(Visit visit, string? link, string password, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (await database.FindOwnerAsync(link, MailedLinkPurpose.ResetPassword, now, cancellation) is not { } owner)
        {
            return new NewPasswordOutcome.DeadLink();
        }

        var policy = await floor.PolicyAsync(cancellation);
        if (PasswordRules.FindFlaw(password, policy, PasswordRules.OwnWords(owner)) is { } flaw)
        {
            return new NewPasswordOutcome.Refused(flaw, policy);
        }

        if (await lane.HashAsync(password, cancellation) is not { } hash)
        {
            return new NewPasswordOutcome.Busy();
        }

        return await database.AllOrNothingAsync<NewPasswordOutcome>(async () =>
        {
            if (!await database.TryUseAsync(link!, MailedLinkPurpose.ResetPassword, now, cancellation))
            {
                return new NewPasswordOutcome.DeadLink();
            }

            var person = await database.Users.SingleAsync(row => row.Id == owner.Id, cancellation);
            await set.WriteAsync(new Actor.Mailbox(visit), person, hash, now, cancellation);
            return new NewPasswordOutcome.Changed();
        }, outcome => outcome is NewPasswordOutcome.Changed, cancellation);
    }

    /// <summary>The owner types the current password and a new one; this session stays.</summary>
    public Task<NewPasswordOutcome> ChangeAsync(
        Visit visit, SignInRow signIn, string current, string password, CancellationToken cancellation) =>
        ChangeAsync(visit, signIn, current, password, _ => Task.FromResult<NewPasswordOutcome?>(null), cancellation);

    /// <param name="before">Run in the same transaction, once everything is right; what it returns stops the change.</param>
    public async Task<NewPasswordOutcome> ChangeAsync(
        Visit visit, SignInRow signIn, string current, string password,
        Func<CancellationToken, Task<NewPasswordOutcome?>> before, CancellationToken cancellation)
    {
        if (PasswordHashing.IsTooLong(current))
        {
            return new NewPasswordOutcome.WrongCurrentPassword();
        }

        var now = clock.GetUtcNow();
        var person = await database.Users.AsNoTracking().SingleAsync(row => row.Id == signIn.PersonId, cancellation);
        // Counted in this session: a stranger's failures at the sign-in page do not keep the owner from a new password.
        var counted = Failures.InSession(signIn.SessionId);
        if (await throttle.ReservePasswordAsync(counted, cancellation) is { } wait)
        {
            return new NewPasswordOutcome.Wait(AttemptLimits.IsClosed(wait) ? null : wait);
        }

        var match = await lane.VerifyAsync(current, person.PasswordHash, cancellation);
        if (match is null)
        {
            return new NewPasswordOutcome.Busy();
        }

        if (match is PasswordMatch.Wrong)
        {
            return await CurrentWasWrongAsync(person, password, now, cancellation);
        }

        await throttle.PasswordWasRightAsync(counted, cancellation);
        var policy = await floor.PolicyAsync(cancellation);
        if (PasswordRules.FindFlaw(password, policy, PasswordRules.OwnWords(person)) is { } flaw)
        {
            return new NewPasswordOutcome.Refused(flaw, policy);
        }

        if (await lane.HashAsync(password, cancellation) is not { } hash)
        {
            return new NewPasswordOutcome.Busy();
        }

        if (await WriteAsync(person.PasswordHash) is { } outcome)
        {
            return outcome;
        }

        // A hash other than the one that was verified: the password was changed elsewhere, or a sign-in beside this renewed its hash.
        person = await database.Users.AsNoTracking().SingleAsync(row => row.Id == signIn.PersonId, cancellation);
        return await lane.VerifyAsync(current, person.PasswordHash, cancellation) switch
        {
            null => new NewPasswordOutcome.Busy(),
            PasswordMatch.Wrong => await CurrentWasWrongAsync(person, password, now, cancellation),
            // Another one still: too much happens to this account at once, and the form may be sent again.
            _ => await WriteAsync(person.PasswordHash) ?? new NewPasswordOutcome.Busy(),
        };

        // Null if the password is not stored as it was when it was verified.
        Task<NewPasswordOutcome?> WriteAsync(string? verified) => database.AllOrNothingAsync<NewPasswordOutcome?>(async () =>
        {
            // Two hashes took a while: the session may have been ended meanwhile, or the password may have been changed.
            if (!await database.HoldAsync(signIn, cancellation))
            {
                return new NewPasswordOutcome.SessionEnded();
            }

            if (!await database.Users.AnyAsync(row => row.Id == signIn.PersonId && row.PasswordHash == verified, cancellation))
            {
                return null;
            }

            if (await before(cancellation) is { } refused)
            {
                return refused;
            }

            var changed = await database.Users.SingleAsync(row => row.Id == signIn.PersonId, cancellation);
            await set.WriteAsync(new Actor.Owner(visit, signIn), changed, hash, now, cancellation);
            await sessions.RenewAsync(visit, signIn, cancellation);
            return new NewPasswordOutcome.Changed();
        }, outcome => outcome is NewPasswordOutcome.Changed, cancellation);
    }

    private async Task<NewPasswordOutcome> CurrentWasWrongAsync(
        Person person, string password, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await IsAlreadySetAsync(person, password, now, cancellation))
        {
            return new NewPasswordOutcome.Changed();
        }

        database.SecurityEvents.Add(SecurityEvent.CurrentPasswordFailed(now, person.Id));
        await database.SaveChangesAsync(cancellation);
        return new NewPasswordOutcome.WrongCurrentPassword();
    }

    /// <summary>
    /// True if the form was sent twice and finds its own new password. Only within a quarter of an hour of a change, which ended every
    /// other session: otherwise somebody at an open session could try two passwords at a time.
    /// </summary>
    private async Task<bool> IsAlreadySetAsync(
        Person person, string password, DateTimeOffset now, CancellationToken cancellation)
    {
        var since = now - TimeSpan.FromMinutes(15);
        return await database.SecurityEvents.AnyAsync(
                row => row.PersonId == person.Id && row.Kind == SecurityEventKind.PasswordChanged && row.At > since, cancellation)
            && !PasswordHashing.IsTooLong(password)
            && await lane.VerifyAsync(password, person.PasswordHash, cancellation) is not (null or PasswordMatch.Wrong);
    }
}
