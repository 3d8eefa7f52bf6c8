using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;

namespace Sso.Admin.Resources;

/// <summary>All registered resources, by indicator.</summary>
public sealed class ListResources(SsoDbContext database)
{
    public async Task<ImmutableArray<ResourceView>> ExecuteAsync(CancellationToken cancellation)
    {
        var resources = await database.Resources.AsNoTracking().ToListAsync(cancellation);
        return [.. resources.OrderBy(resource => resource.Id, StringComparer.Ordinal).Select(ResourceView.Of)];
    }
}
