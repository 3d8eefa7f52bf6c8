using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Sessions;
using Sso.Protocol.Authorization;
using Sso.Protocol.Clients;
using Sso.Server.Http;
using Sso.Server.Mails;
using Sso.Server.SignIn;

namespace Sso.Server.Account;

/// <summary>What came of removing a method.</summary>
public enum RemovalOutcome
{
    Removed,

    /// <summary>It is not there (any more).</summary>
    NotFound,

    /// <summary>The last one stays: removing it is turning two-factor authentication off, which is asked for by name.</summary>
    IsLast,
}

/// <summary>Removing a second factor, and turning two-factor authentication off where the policy allows it. The page has demanded a fresh proof.</summary>
public sealed class FactorRemoval(SsoDbContext database, SecurityMails mails, NoticeTexts texts, SignInOptions signInOptions, TimeProvider clock)
{
    /// <summary>Who must have a second factor cannot be left without one.</summary>
    public bool MayDisable => signInOptions.Policy != SecondFactorPolicy.Required;

    public async Task<RemovalOutcome> RemoveAsync(HttpContext http, SignInRow signIn, Guid factorId, CancellationToken cancellation)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        var person = await LockAsync(signIn.PersonId, cancellation);
        var active = await database.ActiveFactors(person.Id).ToListAsync(cancellation);
        if (active.SingleOrDefault(row => row.Id == factorId) is not { } factor)
        {
            return RemovalOutcome.NotFound;
        }

        if (active.Count == 1)
        {
            return RemovalOutcome.IsLast;
        }

        database.SecondFactors.Remove(factor);
        database.SecurityEvents.Add(Event(http, signIn, SecurityEventKind.SecondFactorRemoved, factor.Method.ToString()));
        mails.Tell(database, http, person, MailNotice.FactorRemoved);
        await TellByTextAsync(person, factor, cancellation);
        await database.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        mails.Send();
        texts.Send();
        return RemovalOutcome.Removed;
    }

    /// <summary>All methods go, and with them the recovery codes. False where the policy wants a second factor.</summary>
    public async Task<bool> DisableAsync(HttpContext http, SignInRow signIn, CancellationToken cancellation)
    {
        if (!MayDisable)
        {
            return false;
        }

        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        var person = await LockAsync(signIn.PersonId, cancellation);
        await texts.TellAsync(database, person.Id, TextNotice.TwoFactorDisabled, cancellation);
        // A number that also serves notices goes on serving them.
        await database.VerifiedNumbers(person.Id).Where(row => row.UsedForNotices)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedForSignIn, false), cancellation);
        await database.SecondFactors.Where(row => row.PersonId == person.Id && row.UsedForSignIn).ExecuteDeleteAsync(cancellation);
        await database.RecoveryCodes.Where(row => row.PersonId == person.Id).ExecuteDeleteAsync(cancellation);
        await database.TrustedDevices.Where(row => row.PersonId == person.Id).ExecuteDeleteAsync(cancellation);
        person.RecoveryCodesReplaced();
        database.SecurityEvents.Add(Event(http, signIn, SecurityEventKind.TwoFactorDisabled, detail: null));
        mails.Tell(database, http, person, MailNotice.TwoFactorDisabled);
        await database.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        mails.Send();
        texts.Send();
        return true;
    }

    /// <summary>A number hears of its own removal, the others of the method that is gone.</summary>
    private async Task TellByTextAsync(Person person, SecondFactor factor, CancellationToken cancellation)
    {
        if (factor.Method == ProofMethod.TextMessage)
        {
            texts.Tell(database, person, factor, TextNotice.NumberRemoved);
        }

        await texts.TellAsync(database, person.Id, TextNotice.FactorRemoved, cancellation, except: factor.Id);
    }

    /// <summary>Two removals at once wait for each other on this row, so that they cannot take the last two methods together.</summary>
    private async Task<Person> LockAsync(Guid personId, CancellationToken cancellation)
    {
        await database.Users.Where(row => row.Id == personId)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.UpdatedAt, row => row.UpdatedAt), cancellation);
        return await database.Users.SingleAsync(row => row.Id == personId, cancellation);
    }

    private SecurityEvent Event(HttpContext http, SignInRow signIn, SecurityEventKind kind, string? detail)
    {
        var now = clock.GetUtcNow();
        return new()
        {
            Id = Guid.CreateVersion7(now),
            At = now,
            Kind = kind,
            PersonId = signIn.PersonId,
            SessionId = signIn.SessionId,
            Address = ClientAddress.Shown(http),
            Detail = detail,
        };
    }
}
