using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Brands;
using Sso.Data.Operations;

namespace Sso.Admin.Brands;

/// <summary>What the operations on brands share.</summary>
internal static class BrandQueries
{
    public static Refusal NotFound(string id) =>
        Refusal.NotFound("brand", $"There is no brand '{id}'.", "List the brands to see their ids.", id);

    public static Task<bool> HasBrandAsync(this SsoDbContext database, string id, CancellationToken cancellation) =>
        database.Brands.AnyAsync(brand => brand.Id == id, cancellation);

    public static async Task<BrandView> ViewAsync(this SsoDbContext database, BrandRegistration brand, CancellationToken cancellation) =>
        BrandView.Of(
            brand,
            await database.Clients.Where(client => client.BrandId == brand.Id).Select(client => client.Id).ToListAsync(cancellation));

    /// <summary>A host has one brand. To be called after the version row is raised: writers then wait for each other.</summary>
    public static async Task<Refusal?> FindTakenHostAsync(this SsoDbContext database, BrandInput input, CancellationToken cancellation)
    {
        var others = await database.Brands.AsNoTracking().Where(brand => brand.Id != input.Id).ToListAsync(cancellation);
        var taken = others.SelectMany(brand => brand.Hosts, (brand, host) => (brand.Id, Host: host))
            .FirstOrDefault(pair => input.Hosts.Contains(pair.Host, StringComparer.OrdinalIgnoreCase));
        return taken.Host is null
            ? null
            : Refusal.Taken("hosts", $"The host {taken.Host} has the brand '{taken.Id}'.", "Take it from that brand first.");
    }

    public static void RecordBrandChange(this SsoDbContext database, string id, string what, DateTimeOffset now) =>
        database.SecurityEvents.Add(SecurityEvent.BrandChanged(now, id, what));
}
