using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Protocol;

namespace Sso.Admin.Brands;

/// <summary>One brand.</summary>
public sealed class ShowBrand(SsoDbContext database)
{
    public async Task<Result<BrandView, Refusal>> ExecuteAsync(string id, CancellationToken cancellation) =>
        await database.Brands.AsNoTracking().SingleOrDefaultAsync(brand => brand.Id == id, cancellation) is { } found
            ? await database.ViewAsync(found, cancellation)
            : BrandQueries.NotFound(id);
}
