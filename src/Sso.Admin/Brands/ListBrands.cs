using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;

namespace Sso.Admin.Brands;

/// <summary>All brands, by id.</summary>
public sealed class ListBrands(SsoDbContext database)
{
    public async Task<ImmutableArray<BrandView>> ExecuteAsync(CancellationToken cancellation)
    {
        var brands = await database.Brands.AsNoTracking().ToListAsync(cancellation);
        var clients = (await database.Clients.Where(client => client.BrandId != null)
                .Select(client => new { client.Id, client.BrandId }).ToListAsync(cancellation))
            .ToLookup(client => client.BrandId, client => client.Id);
        return [.. brands.OrderBy(brand => brand.Id, StringComparer.Ordinal).Select(brand => BrandView.Of(brand, clients[brand.Id]))];
    }
}
