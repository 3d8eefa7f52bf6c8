using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Accounts.Limits;
using Sso.Accounts.Sessions;
using Sso.Accounts.Visits;
using Sso.Data;
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

    public sealed record WrongPresentPassword : NewPasswordOutcome;

    /// <summary>Only if methods were to go with the old password: none would be left.</summary>
    public sealed record NoMethodLeft : NewPasswordOutcome;

    /// <summary>Too many tries, or the hashing lane is full.</summary>
    public sealed record Busy : NewPasswordOutcome;
}

/// <summary>
/// How owners come to a new password: with a mailed link (forgotten, or asked for in the account area), or by typing the current one, and
/// then their own session stays. What a new password does is in <see cref="SetPassword"/>.
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
        if (await OwnerOfAsync(link, cancellation) is not { } owner)
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
            if (!await database.TryUseAsync(link!, MailedLinkPurpose.ResetPassword, clock.GetUtcNow(), cancellation))
            {
                return new NewPasswordOutcome.DeadLink();
            }

            var person = await database.Users.SingleAsync(row => row.Id == owner.Id, cancellation);
            await set.WriteAsync(new Actor.Mailbox(visit), person, hash, cancellation);
            return new NewPasswordOutcome.Changed();
        }, outcome => outcome is NewPasswordOutcome.Changed, cancellation);
    }

    /// <summary>The owner types the current password and a new one; this session stays.</summary>
    public Task<NewPasswordOutcome> ChangeAsync(
        Visit visit, SignInRow signIn, string present, string password, CancellationToken cancellation) =>
        ChangeAsync(visit, signIn, present, password, _ => Task.FromResult<NewPasswordOutcome?>(null), cancellation);

    /// <param name="before">Run in the same transaction, once everything is right; what it returns stops the change.</param>
    public async Task<NewPasswordOutcome> ChangeAsync(
        Visit visit, SignInRow signIn, string present, string password,
        Func<CancellationToken, Task<NewPasswordOutcome?>> before, CancellationToken cancellation)
    {
        var person = await database.Users.AsNoTracking().SingleAsync(row => row.Id == signIn.PersonId, cancellation);
        // Counted in this session: a stranger's failures at the sign-in page do not keep the owner from a new password.
        var counted = $"session/{signIn.SessionId:N}";
        if (PasswordHashing.IsTooLong(present) || await throttle.ReservePasswordAsync(counted, cancellation) is not null)
        {
            return new NewPasswordOutcome.Busy();
        }

        var match = await lane.VerifyAsync(present, person.PasswordHash, cancellation);
        if (match is null)
        {
            return new NewPasswordOutcome.Busy();
        }

        if (match is PasswordMatch.Wrong)
        {
            return await PresentWasWrongAsync(person, password, cancellation);
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

        return await database.AllOrNothingAsync<NewPasswordOutcome>(async () =>
        {
            // Two hashes took a while: the session may have been ended meanwhile, or somebody else may have changed the password.
            if (!await database.HoldAsync(signIn, cancellation)
                || !await database.Users.AnyAsync(row => row.Id == person.Id && row.PasswordHash == person.PasswordHash, cancellation))
            {
                return new NewPasswordOutcome.WrongPresentPassword();
            }

            if (await before(cancellation) is { } refused)
            {
                return refused;
            }

            var changed = await database.Users.SingleAsync(row => row.Id == person.Id, cancellation);
            await set.WriteAsync(new Actor.Owner(visit, signIn), changed, hash, cancellation);
            await sessions.RenewAsync(visit, signIn, cancellation);
            return new NewPasswordOutcome.Changed();
        }, outcome => outcome is NewPasswordOutcome.Changed, cancellation);
    }

    private async Task<NewPasswordOutcome> PresentWasWrongAsync(Person person, string password, CancellationToken cancellation)
    {
        if (await IsAlreadySetAsync(person, password, cancellation))
        {
            return new NewPasswordOutcome.Changed();
        }

        database.SecurityEvents.Add(SecurityEvent.PresentPasswordFailed(clock.GetUtcNow(), person.Id));
        await database.SaveChangesAsync(cancellation);
        return new NewPasswordOutcome.WrongPresentPassword();
    }

    /// <summary>
    /// A form that is sent twice finds its own new password. Only within a quarter of an hour after a change, which ended every other
    /// session: otherwise whoever sits at an open session could try two passwords at a time.
    /// </summary>
    private async Task<bool> IsAlreadySetAsync(Person person, string password, CancellationToken cancellation)
    {
        var since = clock.GetUtcNow() - TimeSpan.FromMinutes(15);
        return await database.SecurityEvents.AnyAsync(
                row => row.PersonId == person.Id && row.Kind == SecurityEventKind.PasswordChanged && row.At > since, cancellation)
            && !PasswordHashing.IsTooLong(password)
            && await lane.VerifyAsync(password, person.PasswordHash, cancellation) is not (null or PasswordMatch.Wrong);
    }
}
