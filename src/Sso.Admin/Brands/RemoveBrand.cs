using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Protocol;

namespace Sso.Admin.Brands;

/// <summary>Deletes a brand that no client has.</summary>
public sealed class RemoveBrand(SsoDbContext database, TimeProvider clock)
{
    public Task<Result<BrandView, Refusal>> ExecuteAsync(
        string id, CancellationToken cancellation) => database.AllOrNothingAsync<BrandView>(async () =>
    {
        await database.RaiseBrandsVersionAsync(cancellation);
        if (await database.Brands.SingleOrDefaultAsync(brand => brand.Id == id, cancellation) is not { } found)
        {
            return BrandQueries.NotFound(id);
        }

        var view = await database.ViewAsync(found, cancellation);
        if (!view.Clients.IsEmpty)
        {
            return Refusal.Taken(
                "brand", $"The brand '{id}' is that of {string.Join(", ", view.Clients)}.",
                "Give these clients another brand, or none, first.");
        }

        database.Brands.Remove(found);
        database.RecordBrandChange(id, "removed", clock.GetUtcNow());
        return view;
    }, cancellation);
}
