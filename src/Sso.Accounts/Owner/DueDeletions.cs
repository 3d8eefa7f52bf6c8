using Microsoft.EntityFrameworkCore;
using Sso.Accounts.People;
using Sso.Data;
using Sso.Data.People;
using Sso.Accounts.Mails;

namespace Sso.Accounts.Owner;

/// <summary>Deletes the accounts whose time is up, each in its own transaction, and says goodbye by mail.</summary>
public sealed class DueDeletions(SsoDbContext database, DeletePerson delete, SecurityMails mails, TimeProvider clock)
{
    public async Task RunAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        foreach (var due in await database.AccountDeletions.AsNoTracking().Where(row => row.DueAt <= now).ToListAsync(cancellation))
        {
            await database.AllOrNothingAsync(() => DeleteAsync(due, now, cancellation), cancellation);
        }
    }

    private async Task<bool> DeleteAsync(AccountDeletion due, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!await database.TakeDueAsync(due.PersonId, now, cancellation))
        {
            return false;
        }

        var person = await database.Users.AsNoTracking().SingleAsync(row => row.Id == due.PersonId, cancellation);
        mails.Tell(database, visit: null, person, MailTable.Deleted, due);
        await delete.RemoveAsync(person, "as its owner asked", cancellation);
        return true;
    }
}
