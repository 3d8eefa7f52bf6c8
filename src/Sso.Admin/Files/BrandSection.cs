using Microsoft.EntityFrameworkCore;
using Sso.Admin.Brands;
using Sso.Data;
using Sso.Data.Brands;
using Sso.Data.Files;
using Sso.Protocol;

namespace Sso.Admin.Files;

/// <summary>The brands of a file.</summary>
internal sealed class BrandSection(SsoDbContext database, AddBrand adding, ChangeBrand changing, RemoveBrand removing)
    : FileSection(AppliedKind.Brand)
{
    private static readonly BrandRules Rules = new();

    public override async Task<IReadOnlyDictionary<string, FieldValues>> CurrentAsync(CancellationToken cancellation) =>
        (await database.Brands.AsNoTracking().ToListAsync(cancellation)).ToDictionary(brand => brand.Id, ValuesOf);

    public override async Task<Result<PreparedEntry, Refusal>> PrepareAsync(FileEntry entry, CancellationToken cancellation)
    {
        var wanted = BrandFields.All.Apply(new BrandInput { Id = entry.Id, Name = "", Accent = "" }, entry.Values);
        if (Rules.Check(wanted) is { } refusal)
        {
            return refusal;
        }

        var found = await database.Brands.AsNoTracking().SingleOrDefaultAsync(brand => brand.Id == entry.Id, cancellation);
        var stored = new BrandRegistration { Id = entry.Id, Name = "", Accent = "", CreatedAt = default };
        wanted.WriteTo(stored);
        return new PreparedEntry(
            found is null ? null : ValuesOf(found), ValuesOf(stored), async cancellation =>
                (found is null
                    ? await adding.ExecuteAsync(wanted, cancellation)
                    : await changing.ExecuteAsync(entry.Id, _ => wanted, cancellation)).Failed(out var refusal, out _)
                    ? refusal
                    : WrittenEntry.Plain);
    }

    public override async Task<Refusal?> RemoveAsync(string id, CancellationToken cancellation) =>
        (await removing.ExecuteAsync(id, cancellation)).Error;

    private static FieldValues ValuesOf(BrandRegistration brand) => BrandFields.All.ValuesOf(BrandInput.Of(brand));
}
