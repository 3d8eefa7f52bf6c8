using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;

namespace Sso.Admin.Clients;

/// <summary>All registrations, by id.</summary>
public sealed class ListClients(SsoDbContext database)
{
    public async Task<ImmutableArray<ClientView>> ExecuteAsync(CancellationToken cancellation)
    {
        var clients = await database.Clients.AsNoTracking().ToListAsync(cancellation);
        return [.. clients.OrderBy(client => client.Id, StringComparer.Ordinal).Select(ClientView.Of)];
    }
}
