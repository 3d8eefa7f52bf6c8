using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Operations;

namespace Sso.Admin.Clients;

/// <summary>Deletes a registration; what it was given ends with it.</summary>
public sealed class RemoveClient(SsoDbContext database, TimeProvider clock)
{
    public async Task<Outcome<ClientView>> ExecuteAsync(string clientId, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        await database.RaiseClientsVersionAsync(cancellation);
        if (await database.Clients.SingleOrDefaultAsync(client => client.Id == clientId, cancellation) is not { } found)
        {
            return ShowClient.NotFound(clientId);
        }

        database.Clients.Remove(found);
        database.SecurityEvents.Add(new(now, SecurityEventKind.ClientChanged)
        {
            ClientId = clientId,
            Detail = "removed",
            Changes = Changes.Of(ClientView.Of(found).ToJson(), after: null),
        });
        await database.SaveChangesAsync(cancellation);
        await database.Consents.Where(consent => consent.ClientId == clientId).ExecuteDeleteAsync(cancellation);
        await database.Grants
            .Where(grant => grant.ClientId == clientId && grant.RevokedAt == null)
            .ExecuteUpdateAsync(
                set => set.SetProperty(grant => grant.RevokedAt, now).SetProperty(grant => grant.RevokedBecause, "client removed"), cancellation);
        await transaction.CommitAsync(cancellation);
        return ClientView.Of(found);
    }
}
