using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Protocol;

namespace Sso.Admin.Brands;

/// <summary>Changes a brand, which is checked again as a whole.</summary>
public sealed class ChangeBrand(SsoDbContext database, TimeProvider clock)
{
    private static readonly BrandRules Rules = new();

    /// <param name="id">The brand to change.</param>
    /// <param name="change">Turns the brand as it is into what is wanted.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task<Result<BrandView, Refusal>> ExecuteAsync(
        string id, Func<BrandInput, BrandInput> change, CancellationToken cancellation) =>
        ExecuteAsync(id, _ => null, change, cancellation);

    /// <param name="id">The brand to change.</param>
    /// <param name="refuse">Why the brand as it is is not to be changed; null if it is.</param>
    /// <param name="change">Turns it into what is wanted.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task<Result<BrandView, Refusal>> ExecuteAsync(
        string id, Func<BrandInput, Refusal?> refuse, Func<BrandInput, BrandInput> change,
        CancellationToken cancellation) => database.AllOrNothingAsync<BrandView>(async () =>
    {
        await database.RaiseBrandsVersionAsync(cancellation);
        if (await database.Brands.SingleOrDefaultAsync(brand => brand.Id == id, cancellation) is not { } found)
        {
            return BrandQueries.NotFound(id);
        }

        var current = BrandInput.Of(found);
        if (refuse(current) is { } refused)
        {
            return refused;
        }

        var input = change(current);
        if ((Rules.Check(input) ?? await database.FindTakenHostAsync(input, cancellation)) is { } refusal)
        {
            return refusal;
        }

        input.WriteTo(found);
        database.RecordBrandChange(id, "changed", clock.GetUtcNow());
        return await database.ViewAsync(found, cancellation);
    }, cancellation);
}
