using Microsoft.EntityFrameworkCore;
using Sso.Admin.Brands;
using Sso.Data;
using Sso.Data.Operations;

namespace Sso.Admin.Clients;

/// <summary>Gives a client a brand, or takes it away.</summary>
public sealed class AssignBrand(SsoDbContext database, TimeProvider clock)
{
    /// <param name="brandId">Null or empty: that of the host.</param>
    public async Task<Outcome<ClientView>> ExecuteAsync(string clientId, string? brandId, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        await database.RaiseClientsVersionAsync(cancellation);
        if (await database.Clients.SingleOrDefaultAsync(client => client.Id == clientId, cancellation) is not { } found)
        {
            return ShowClient.NotFound(clientId);
        }

        if (!string.IsNullOrEmpty(brandId) && !await database.HasBrandAsync(brandId, cancellation))
        {
            return BrandQueries.NotFound(brandId);
        }

        found.BrandId = string.IsNullOrEmpty(brandId) ? null : brandId;
        database.SecurityEvents.Add(new(now, SecurityEventKind.ClientChanged) { ClientId = clientId, Detail = "brand" });
        await database.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return ClientView.Of(found);
    }
}
