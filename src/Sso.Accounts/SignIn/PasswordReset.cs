using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Limits;
using Sso.Accounts.Mails;
using Sso.Accounts.People;
using Sso.Accounts.Sessions;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Data.Sessions;

namespace Sso.Accounts.SignIn;

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
/// Sets a new password: with a mailed link (forgotten, or asked for in the account area), or by the owner who types the current one. Either
/// way, every session except the owner's current one ends, refresh tokens too, older links are void, and a mail says so (NIST SP 800-63B
/// §4.2).
/// </summary>
public sealed class PasswordReset(
    SsoDbContext database, SecurityMails mails, PasswordLane lane, PasswordFloor floor, Throttle throttle,
    BrowserSessions sessions, TimeProvider clock)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private const int PerAccountAndHour = 3;
    private const int PerAddressAndHour = 10;

    /// <summary>
    /// Somebody asks for a link by name or address. Whether the account exists, is disabled, has no confirmed address or has asked too
    /// often, the same statements are run and the same answer is given, at a whole step of time; only the mail differs.
    /// </summary>
    public async Task RequestAsync(Visit visit, string typed, CancellationToken cancellation)
    {
        var time = new TimePadding(TimePadding.OfAnAnswer);
        var name = SignInName.Normalize(typed);
        var person = await database.Users.AsNoTracking()
            .SingleOrDefaultAsync(row => row.NormalizedUserName == name || row.NormalizedEmail == name, cancellation);
        var now = clock.GetUtcNow();
        var fromAddress = await database.TryReserveAsync(
            AttemptCounter.KeyOf("reset-address", visit.CountedAddress), PerAddressAndHour, Hour, now, cancellation) is null;
        var forAccount = await database.TryReserveAsync(
            AttemptCounter.KeyOf("reset-account", person?.NormalizedUserName ?? name), PerAccountAndHour, Hour, now, cancellation) is null;
        var owner = fromAddress && forAccount && person is { Email: not null, EmailConfirmed: true, DisabledAt: null } ? person : null;
        await WriteRequestAsync(visit, owner, typed, cancellation);
        await time.PassAsync(cancellation);
    }

    /// <summary>The owner asks for a link in the account area: everything open ends, as the page said before the click.</summary>
    public Task RequestByOwnerAsync(
        Visit visit, SignInRow signIn, CancellationToken cancellation) => database.AllOrNothingAsync(async () =>
    {
        var person = await database.Users.SingleAsync(row => row.Id == signIn.PersonId, cancellation);
        await database.EndEverythingAsync(person.Id, keptSessionId: null, "password change requested", clock.GetUtcNow(), cancellation);
        await WriteRequestAsync(visit, person, person.Email!, cancellation);
    }, cancellation);

    /// <summary>The person of a valid link; opening the page uses nothing, because mail scanners open links.</summary>
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

            await WriteAsync(visit, owner.Id, hash, keptSessionId: null, cancellation);
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
        if (match is null or PasswordMatch.Wrong)
        {
            if (match is PasswordMatch.Wrong && await IsAlreadySetAsync(person, password, cancellation))
            {
                return new NewPasswordOutcome.Changed();
            }

            if (match is PasswordMatch.Wrong)
            {
                database.SecurityEvents.Add(SecurityEvent.PresentPasswordFailed(clock.GetUtcNow(), person.Id));
                await database.SaveChangesAsync(cancellation);
            }

            return match is null ? new NewPasswordOutcome.Busy() : new NewPasswordOutcome.WrongPresentPassword();
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

            await WriteAsync(visit, person.Id, hash, signIn.SessionId, cancellation);
            await sessions.RenewAsync(visit, signIn, cancellation);
            return new NewPasswordOutcome.Changed();
        }, outcome => outcome is NewPasswordOutcome.Changed, cancellation);
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

    /// <summary>
    /// "It wasn't me": everything open ends, the current password is worth nothing any more, and a link to a new one goes to the mailbox
    /// that has just been proved. False if the link is dead.
    /// </summary>
    public Task<bool> SecureAsync(
        Visit visit, string? link, MailedLinkPurpose purpose, CancellationToken cancellation) => database.AllOrNothingAsync(async () =>
    {
        var now = clock.GetUtcNow();
        if (await database.FindOwnerAsync(link, purpose, now, cancellation) is not { } owner
            || !await database.TryUseAsync(link!, purpose, now, cancellation))
        {
            return false;
        }

        await CloseAsync(visit, await database.Users.SingleAsync(row => row.Id == owner.Id, cancellation), cancellation);
        return true;
    }, cancellation);

    /// <summary>
    /// The same from within the account area. Without a confirmed address there is no way back by mail: then this session and the password
    /// stay, and false means that the owner has to change it here.
    /// </summary>
    public Task<bool> SecureByOwnerAsync(
        Visit visit, SignInRow signIn, CancellationToken cancellation) => database.AllOrNothingAsync(async () =>
    {
        var now = clock.GetUtcNow();
        var person = await database.Users.SingleAsync(row => row.Id == signIn.PersonId, cancellation);
        var canReturn = person is { Email: not null, EmailConfirmed: true };
        if (canReturn)
        {
            await CloseAsync(visit, person, cancellation);
        }
        else
        {
            await database.EndEverythingAsync(person.Id, signIn.SessionId, "not me", now, cancellation);
            await sessions.RenewAsync(visit, signIn, cancellation);
            database.SecurityEvents.Add(SecurityEvent.AccountSecured(clock.GetUtcNow(), person.Id, signIn.SessionId));
            await database.SaveChangesAsync(cancellation);
        }

        return canReturn;
    }, isDone: _ => true, cancellation);

    public Task<Person?> OwnerOfNoticeAsync(string? link, CancellationToken cancellation) =>
        database.FindOwnerAsync(link, MailedLinkPurpose.NotMe, clock.GetUtcNow(), cancellation);

    /// <summary>Everything open ends, and the way back is a mailed link. To be called inside the transaction of its cause.</summary>
    internal async Task CloseAsync(Visit visit, Person person, CancellationToken cancellation)
    {
        await database.EndEverythingAsync(person.Id, keptSessionId: null, "not me", clock.GetUtcNow(), cancellation);
        await database.VoidRequestsAsync(person.Id, cancellation);
        (person.PasswordHash, person.SecurityStamp) = (null, RandomNumberGenerator.GetHexString(32));
        database.SecurityEvents.Add(SecurityEvent.AccountSecured(clock.GetUtcNow(), person.Id, sessionId: null));
        await WriteRequestAsync(visit, person, person.Email!, cancellation);
    }

    /// <summary>A newer link voids the older ones. The caller lets the mail leave once its transaction is over.</summary>
    private async Task WriteRequestAsync(Visit visit, Person? owner, string typed, CancellationToken cancellation)
    {
        await VoidLinksAsync(owner?.Id ?? MailedLink.NobodyNamed(typed), cancellation);
        mails.Tell(database, visit, owner, MailTable.ResetPassword, new(typed));
        database.SecurityEvents.Add(SecurityEvent.PasswordResetRequested(clock.GetUtcNow(), owner?.Id));
        await database.SaveChangesAsync(cancellation);
    }

    private async Task WriteAsync(Visit visit, Guid personId, string hash, Guid? keptSessionId, CancellationToken cancellation)
    {
        var person = await database.Users.SingleAsync(row => row.Id == personId, cancellation);
        (person.PasswordHash, person.SecurityStamp) = (hash, RandomNumberGenerator.GetHexString(32));
        await database.EndEverythingAsync(personId, keptSessionId, "password changed", clock.GetUtcNow(), cancellation);
        await database.VoidRequestsAsync(personId, cancellation);
        await throttle.PasswordWasRightAsync(person.NormalizedUserName!, cancellation);
        database.SecurityEvents.Add(SecurityEvent.PasswordChanged(clock.GetUtcNow(), personId));
        await mails.TellAsync(database, visit, person, MailTable.PasswordChanged, TextNotice.PasswordChanged, cancellation);
        await database.SaveChangesAsync(cancellation);
    }

    private Task<int> VoidLinksAsync(Guid personId, CancellationToken cancellation) => database.MailedLinks
        .Where(link => link.PersonId == personId && link.Purpose == MailedLinkPurpose.ResetPassword && link.UsedAt == null)
        .ExecuteDeleteAsync(cancellation);
}
