using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Passwords;
using Sso.Accounts.Sessions;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Sessions;

namespace Sso.Accounts.Protection;

/// <summary>
/// "It wasn't me", in one click: everything that is open ends, the current password is removed, and a link to a new one goes to the owner's
/// mailbox.
/// </summary>
public sealed class CloseAccount(SsoDbContext database, PasswordLinkRequest links, SessionEnding sessions, TimeProvider clock)
{
    public Task<Person?> OwnerOfNoticeAsync(string? link, CancellationToken cancellation) =>
        database.FindOwnerAsync(link, MailedLinkPurpose.NotMe, clock.GetUtcNow(), cancellation);

    /// <summary>With a mailed link, which has just proved the mailbox. False if the link is dead.</summary>
    public Task<bool> CloseByLinkAsync(
        Visit visit, string? link, MailedLinkPurpose purpose, CancellationToken cancellation) => database.AllOrNothingAsync(async () =>
    {
        var now = clock.GetUtcNow();
        if (await database.FindOwnerAsync(link, purpose, now, cancellation) is not { } owner
            || !await database.TryUseAsync(link!, purpose, now, cancellation))
        {
            return false;
        }

        await CloseAsync(visit, await database.Users.SingleAsync(row => row.Id == owner.Id, cancellation), now, cancellation);
        return true;
    }, cancellation);

    /// <summary>
    /// The same from within the account area. Without a confirmed address there is no way back by mail: then this session and the password
    /// stay, everything else that is open ends, and false says that the owner has to change the password here.
    /// </summary>
    public Task<bool> CloseByOwnerAsync(
        Visit visit, SignInRow signIn, CancellationToken cancellation) => database.AllOrNothingAsync(async () =>
    {
        var now = clock.GetUtcNow();
        var person = await database.Users.SingleAsync(row => row.Id == signIn.PersonId, cancellation);
        var canReturn = person is { Email: not null, EmailConfirmed: true };
        if (canReturn)
        {
            await CloseAsync(visit, person, now, cancellation);
        }
        else
        {
            await database.EndEverythingAsync(person.Id, signIn.SessionId, "not me", now, cancellation);
            await sessions.RenewAsync(visit, signIn, cancellation);
            database.SecurityEvents.Add(SecurityEvent.AccountSecured(now, person.Id, signIn.SessionId));
            await database.SaveChangesAsync(cancellation);
        }

        return canReturn;
    }, isDone: _ => true, cancellation);

    /// <summary>To be called inside the transaction of its cause.</summary>
    internal async Task CloseAsync(Visit visit, Person person, DateTimeOffset now, CancellationToken cancellation)
    {
        await database.EndEverythingAsync(person.Id, keptSessionId: null, "not me", now, cancellation);
        await database.VoidRequestsAsync(person.Id, cancellation);
        (person.PasswordHash, person.SecurityStamp) = (null, RandomNumberGenerator.GetHexString(32));
        database.SecurityEvents.Add(SecurityEvent.AccountSecured(now, person.Id, sessionId: null));
        await links.WriteAsync(visit, person, person.Email!, now, cancellation);
    }
}
