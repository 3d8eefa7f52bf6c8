using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Brands;
using Sso.Protocol;

namespace Sso.Admin.Brands;

/// <summary>
/// A brand as pages would use it, of values that nobody has stored. A colour with too little contrast is shown for what it is; everything
/// else is as it must be, since it goes into pages.
/// </summary>
public sealed class PreviewBrand(SsoDbContext database, TimeProvider clock)
{
    private static readonly BrandRules Rules = new();

    /// <summary>For a brand that has no id yet: as long as an id may be, and what nobody chooses.</summary>
    public static readonly string NoId = new('-', 40);

    /// <param name="input">Its logo does not count: that of the stored brand with this id is shown.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<Result<Brand, Refusal>> ExecuteAsync(BrandInput input, CancellationToken cancellation)
    {
        if (Rules.Check(input)?.Problems.RemoveAll(problem => IsAboutContrast(problem, input)) is { IsEmpty: false } problems)
        {
            return Refusal.Invalid(problems);
        }

        var stored = await database.Brands.AsNoTracking().SingleOrDefaultAsync(brand => brand.Id == input.Id, cancellation);
        var brand = new BrandRegistration { Id = input.Id, Name = input.Name, Accent = input.Accent, CreatedAt = clock.GetUtcNow() };
        input.WriteTo(brand);
        (brand.Logo, brand.LogoFormat) = (stored?.Logo, stored?.LogoFormat);
        return Brand.Of(brand);
    }

    private static bool IsAboutContrast(FieldProblem problem, BrandInput input) => Colour.TryParse(
        problem.Field switch { "accent" => input.Accent, "dark_accent" => input.DarkAccent, "tint" => input.Tint, _ => null },
        out _);
}
