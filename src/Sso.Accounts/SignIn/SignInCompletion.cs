using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Mails;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Data.Sessions;
using Sso.Protocol.Authorization;

namespace Sso.Accounts.SignIn;

/// <summary>
/// The end of a sign-in, for whichever request it was: it counts as an access, and the owner is told if it is worth telling.
/// </summary>
public sealed class SignInCompletion(SsoDbContext database, SecurityMails mails, TimeProvider clock)
{
    /// <summary>The owner is told of a sign-in after this many failed attempts.</summary>
    private const int FailuresWorthTelling = 5;

    /// <summary>
    /// The sign-in satisfied a request for the first time: that counts as an access, shown to the person as "last access" from the next one
    /// on.
    /// </summary>
    public async Task CompleteAsync(
        Visit visit, SignInRow row, string clientId, Authentication authentication, CancellationToken cancellation)
    {
        if (row.SignedInAt is not null)
        {
            return;
        }

        var now = clock.GetUtcNow();
        var address = visit.Address;
        var isNewBrowser = await IsNewBrowserAsync(visit, row.PersonId, cancellation);
        var person = await database.Users.SingleAsync(candidate => candidate.Id == row.PersonId, cancellation);
        // The very first sign-in is no surprise to the owner.
        if (isNewBrowser && person.LastAccessAt is not null)
        {
            mails.Tell(database, visit, person, MailTable.NewBrowser);
        }

        if (await FailuresAsync(row.PersonId, person.LastAccessAt, cancellation) is >= FailuresWorthTelling and var failures)
        {
            mails.Tell(database, visit, person, MailTable.SignedInAfterFailures, failures);
        }

        var session = await database.Sessions.SingleAsync(candidate => candidate.Id == row.SessionId, cancellation);
        session.SignedIn(now, person.LastAccessAt, person.LastAccessAddress);
        person.SignedIn(now, address);
        database.SecurityEvents.Add(
            SecurityEvent.SignedIn(now, row.PersonId, row.SessionId, clientId, address, authentication.Methods));
        await database.SaveChangesAsync(cancellation);
    }

    /// <summary>Wrong passwords and codes of anybody since the latest completed sign-in, so that each is reported at most once.</summary>
    private Task<int> FailuresAsync(Guid personId, DateTimeOffset? since, CancellationToken cancellation) =>
        database.SecurityEvents.CountAsync(
            item => item.PersonId == personId && (since == null || item.At > since)
                && (item.Kind == SecurityEventKind.PasswordFailed || item.Kind == SecurityEventKind.SecondFactorFailed),
            cancellation);

    /// <summary>True once for each person and browser.</summary>
    private async Task<bool> IsNewBrowserAsync(Visit visit, Guid personId, CancellationToken cancellation)
    {
        if (visit.Browser is not { Length: > 0 } browser)
        {
            return true;
        }

        var (hash, now) = (SHA256.HashData(Encoding.UTF8.GetBytes(browser)), clock.GetUtcNow());
        var known = await database.KnownBrowsers.Where(row => row.PersonId == personId && row.BrowserHash == hash)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastSeenAt, now), cancellation);
        return known == 0
            && await database.TryInsertAsync(new KnownBrowser { PersonId = personId, BrowserHash = hash, LastSeenAt = now }, cancellation);
    }
}
