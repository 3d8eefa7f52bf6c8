using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;

namespace Sso.Accounts.Administrators;

/// <summary>Everybody with a role, by user name.</summary>
public sealed class ListAdministrators(SsoDbContext database)
{
    public async Task<ImmutableArray<AdministratorView>> ExecuteAsync(CancellationToken cancellation)
    {
        var rows = await (
            from administrator in database.Administrators.AsNoTracking()
            join person in database.Users.AsNoTracking() on administrator.PersonId equals person.Id
            orderby person.NormalizedUserName
            select new { Administrator = administrator, person.UserName, person.Email }).ToListAsync(cancellation);
        var managed = (await database.ManagedClients.AsNoTracking().ToListAsync(cancellation)).ToLookup(row => row.PersonId);
        return
        [
            .. rows.Select(row => new AdministratorView
            {
                Sub = row.Administrator.PersonId.ToString("N"),
                UserName = row.UserName!,
                Email = row.Email,
                Role = row.Administrator.Role,
                Applications =
                [
                    .. managed[row.Administrator.PersonId].Select(client => client.ClientId).Order(StringComparer.Ordinal),
                ],
                CreatedAt = row.Administrator.CreatedAt,
                CreatedBy = row.Administrator.CreatedBy,
            }),
        ];
    }
}
