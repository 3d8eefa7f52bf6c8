using Microsoft.EntityFrameworkCore;
using Sso.Data;

namespace Sso.Accounts.Mails;

/// <summary>Tells owners what an operator did to their account.</summary>
public sealed class OwedNotices(SsoDbContext database, SecurityMails mails)
{
    public async Task RunAsync(CancellationToken cancellation)
    {
        foreach (var owed in await database.OwedNotices.AsNoTracking().OrderBy(row => row.At).ToListAsync(cancellation))
        {
            await database.AllOrNothingAsync(async () =>
            {
                if (await database.OwedNotices.Where(row => row.Id == owed.Id).ExecuteDeleteAsync(cancellation) == 0)
                {
                    return false;
                }

                await mails.TellAsync(database, owed, cancellation);
                return true;
            }, cancellation);
        }
    }
}
