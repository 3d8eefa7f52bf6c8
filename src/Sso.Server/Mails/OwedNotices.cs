using Microsoft.EntityFrameworkCore;
using Sso.Data;

namespace Sso.Server.Mails;

/// <summary>Tells owners what an operator did to their account at the command line.</summary>
public sealed class OwedNotices(SsoDbContext database, SecurityMails mails)
{
    public async Task RunAsync(CancellationToken cancellation)
    {
        foreach (var owed in await database.OwedNotices.AsNoTracking().OrderBy(row => row.At).ToListAsync(cancellation))
        {
            await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
            if (await database.OwedNotices.Where(row => row.Id == owed.Id).ExecuteDeleteAsync(cancellation) == 1)
            {
                await mails.TellAsync(database, owed, cancellation);
                await database.SaveChangesAsync(cancellation);
                await transaction.CommitAsync(cancellation);
            }
        }
    }
}
