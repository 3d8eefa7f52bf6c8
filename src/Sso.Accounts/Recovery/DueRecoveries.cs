using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Accounts.Mails;

namespace Sso.Accounts.Recovery;

/// <summary>Sends the link of each <see cref="FactorRecovery"/> whose wait is over, and ends those that nobody used in time.</summary>
public sealed class DueRecoveries(SsoDbContext database, SecurityMails mails, TimeProvider clock)
{
    public async Task RunAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        foreach (var personId in await Of(row => row.ExpiresAt <= now, cancellation))
        {
            await database.EndRecoveryAsync(personId, openedIn: null, now, cancellation);
        }

        foreach (var personId in await Of(row => row.ReadyAt <= now && row.ReadyToldAt == null, cancellation))
        {
            await database.AllOrNothingAsync(async () =>
            {
                if (!await database.TakeReadyAsync(personId, now, cancellation))
                {
                    return false;
                }

                await mails.RecoveryReadyAsync(database, visit: null, personId, cancellation);
                return true;
            }, cancellation);
        }
    }

    private Task<List<Guid>> Of(System.Linq.Expressions.Expression<Func<FactorRecovery, bool>> due, CancellationToken cancellation) =>
        database.FactorRecoveries.Where(due).Select(row => row.PersonId).ToListAsync(cancellation);
}
