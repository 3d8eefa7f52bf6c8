using Sso.Data;
using Sso.Data.Brands;
using Sso.Protocol;

namespace Sso.Admin.Brands;

/// <summary>Stores a brand.</summary>
public sealed class AddBrand(SsoDbContext database, TimeProvider clock)
{
    private static readonly BrandRules Rules = new();

    public async Task<Result<BrandView, Refusal>> ExecuteAsync(BrandInput input, CancellationToken cancellation)
    {
        if (Rules.Check(input) is { } refusal)
        {
            return refusal;
        }

        var now = clock.GetUtcNow();
        var brand = new BrandRegistration { Id = input.Id, Name = input.Name, Accent = input.Accent, CreatedAt = now };
        input.WriteTo(brand);
        return await database.AllOrNothingAsync<BrandView>(async () =>
        {
            await database.RaiseBrandsVersionAsync(cancellation);
            if (await database.FindTakenHostAsync(input, cancellation) is { } taken)
            {
                return taken;
            }

            if (!await database.TryInsertAsync(brand, cancellation))
            {
                return Refusal.Taken(
                    "id", $"A brand with the id '{input.Id}' exists.", $"Choose another id, or change that one: sso brand set {input.Id}");
            }

            database.RecordBrandChange(input.Id, "added", now);
            return BrandView.Of(brand, []);
        }, cancellation);
    }
}
