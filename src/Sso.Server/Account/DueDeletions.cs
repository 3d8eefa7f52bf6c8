using Microsoft.EntityFrameworkCore;
using Sso.Admin.People;
using Sso.Data;
using Sso.Data.People;
using Sso.Server.Mails;

namespace Sso.Server.Account;

/// <summary>Deletes the accounts whose time is up, each in a transaction of its own, and says goodbye by mail.</summary>
public sealed class DueDeletions(SsoDbContext database, DeletePerson delete, SecurityMails mails, TimeProvider clock)
{
    public async Task RunAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        foreach (var due in await database.AccountDeletions.AsNoTracking().Where(row => row.DueAt <= now).ToListAsync(cancellation))
        {
            await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
            if (!await database.TakeDueAsync(due.PersonId, now, cancellation))
            {
                continue;
            }

            var person = await database.Users.AsNoTracking().SingleAsync(row => row.Id == due.PersonId, cancellation);
            mails.Tell(database, http: null, person, MailTable.Deleted, due);
            await delete.RemoveAsync(person, "as its owner asked", cancellation);
            await transaction.CommitAsync(cancellation);
        }
    }
}
