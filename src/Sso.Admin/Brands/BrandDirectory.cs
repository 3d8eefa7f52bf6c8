using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Protocol.Clients;

namespace Sso.Admin.Brands;

/// <summary>The brands in memory, frozen; replaced as a whole when the version row says that one changed.</summary>
public sealed class BrandDirectory(IDbContextFactory<SsoDbContext> contexts, BrandOptions options)
{
    private FrozenDictionary<string, Brand> _brands = FrozenDictionary<string, Brand>.Empty;

    private FrozenDictionary<string, Brand> _hosts = FrozenDictionary<string, Brand>.Empty;

    /// <summary>The brand of the configuration.</summary>
    public Brand Usual { get; } = Brand.Of(options);

    public IEnumerable<Brand> All => _brands.Values.OrderBy(brand => brand.Id, StringComparer.Ordinal);

    public Brand? Find(string id) => _brands.GetValueOrDefault(id);

    /// <param name="host">As requests write it.</param>
    public Brand? OfHost(string host) => _hosts.GetValueOrDefault(host);

    public async Task LoadAsync(CancellationToken cancellation)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellation);
        var rows = await database.Brands.AsNoTracking().ToListAsync(cancellation);
        var brands = rows.ToFrozenDictionary(row => row.Id, Brand.Of, StringComparer.Ordinal);
        _brands = brands;
        _hosts = rows.SelectMany(row => row.Hosts, (row, host) => (host: HostSpelling.AsRequested(host), row.Id))
            .DistinctBy(pair => pair.host, StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(pair => pair.host, pair => brands[pair.Id], StringComparer.OrdinalIgnoreCase);
    }
}
