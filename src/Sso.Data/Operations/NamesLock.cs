using Microsoft.EntityFrameworkCore;

namespace Sso.Data.Operations;

/// <summary>
/// User names and e-mail addresses are one name space in two columns, and an index sees one column. Whoever assigns a name takes this row
/// lock first, so two transactions cannot assign the same name in different columns.
/// </summary>
public static class NamesLock
{
    public static Task LockNamesAsync(this SsoDbContext database, CancellationToken cancellation) => database.ConfigurationVersions
        .Where(row => row.Id == ConfigurationVersion.TheOnlyId)
        .ExecuteUpdateAsync(set => set.SetProperty(row => row.Clients, row => row.Clients), cancellation);
}
