using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Limits;
using Sso.Accounts.Mails;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Data.Sessions;

namespace Sso.Accounts.Passwords;

/// <summary>Asking for a mailed link to a new password, by somebody who has forgotten it, or by its owner in the account area.</summary>
public sealed class PasswordLinkRequest(SsoDbContext database, SecurityMails mails, Throttle throttle, TimeProvider clock)
{
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
        var mayAsk = await throttle.ReserveResetLinkAsync(visit.CountedAddress, person?.NormalizedUserName ?? name, cancellation);
        var owner = mayAsk && person is { Email: not null, EmailConfirmed: true, DisabledAt: null } ? person : null;
        await WriteAsync(visit, owner, typed, clock.GetUtcNow(), cancellation);
        await time.PassAsync(cancellation);
    }

    /// <summary>The owner asks for a link in the account area: everything open ends, as the page said before the click.</summary>
    public Task RequestByOwnerAsync(
        Visit visit, SignInRow signIn, CancellationToken cancellation) => database.AllOrNothingAsync(async () =>
    {
        var now = clock.GetUtcNow();
        var person = await database.Users.SingleAsync(row => row.Id == signIn.PersonId, cancellation);
        await database.EndEverythingAsync(person.Id, keptSessionId: null, "password change requested", now, cancellation);
        await WriteAsync(visit, person, person.Email!, now, cancellation);
    }, cancellation);

    /// <summary>A newer link voids the older ones. Inside the transaction of its cause.</summary>
    internal async Task WriteAsync(Visit visit, Person? owner, string typed, DateTimeOffset now, CancellationToken cancellation)
    {
        await database.VoidPasswordLinksAsync(owner?.Id ?? MailedLink.NobodyNamed(typed), cancellation);
        mails.Tell(database, visit, owner, MailTable.ResetPassword, new(typed));
        database.SecurityEvents.Add(SecurityEvent.PasswordResetRequested(now, owner?.Id));
        await database.SaveChangesAsync(cancellation);
    }
}
