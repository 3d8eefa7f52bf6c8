using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Protocol;

namespace Sso.Admin.Brands;

/// <summary>Changes a brand, which is checked again as a whole.</summary>
public sealed class ChangeBrand(SsoDbContext database, TimeProvider clock)
{
    private static readonly BrandRules Rules = new();

    public Task<Result<BrandView, Refusal>> ExecuteAsync(
        string id, Func<BrandInput, BrandInput> change, CancellationToken cancellation) => database.AllOrNothingAsync<BrandView>(async () =>
    {
        await database.RaiseBrandsVersionAsync(cancellation);
        if (await database.Brands.SingleOrDefaultAsync(brand => brand.Id == id, cancellation) is not { } found)
        {
            return BrandQueries.NotFound(id);
        }

        var input = change(BrandInput.Of(found));
        if ((Rules.Check(input) ?? await database.FindTakenHostAsync(input, cancellation)) is { } refusal)
        {
            return refusal;
        }

        input.WriteTo(found);
        database.RecordBrandChange(id, "changed", clock.GetUtcNow());
        return await database.ViewAsync(found, cancellation);
    }, cancellation);
}
