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

    /// <summary>With all that can be changed of it; null if there is none.</summary>
    public async Task<BrandDetails?> DetailsAsync(string id, CancellationToken cancellation) =>
        await database.Brands.AsNoTracking().SingleOrDefaultAsync(brand => brand.Id == id, cancellation) is { } found
            ? new(
                await database.ViewAsync(found, cancellation),
                BrandInput.Of(found),
                found is { Logo: { } logo, LogoFormat: { } format } ? BrandAsset.Of(id, format, logo) : null)
            : null;
}

/// <summary>A brand with the colours that result, as it was given, and its picture.</summary>
public sealed record BrandDetails(BrandView View, BrandInput Stored, BrandAsset? Logo);
