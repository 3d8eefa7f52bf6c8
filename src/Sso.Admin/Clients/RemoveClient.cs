using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Administrators;
using Sso.Data.Grants;
using Sso.Data.Operations;
using Sso.Protocol;

namespace Sso.Admin.Clients;

/// <summary>
/// Deletes a registration; what it was given ends with it. If a document describes the client, the row stays, disabled: otherwise the next
/// request would bring it back.
/// </summary>
public sealed class RemoveClient(SsoDbContext database, TimeProvider clock)
{
    public Task<Result<ClientView, Refusal>> ExecuteAsync(
        string clientId, CancellationToken cancellation) => database.AllOrNothingAsync<ClientView>(async () =>
    {
        var now = clock.GetUtcNow();
        await database.RaiseClientsVersionAsync(cancellation);
        if (await database.Clients.SingleOrDefaultAsync(client => client.Id == clientId, cancellation) is not { } found)
        {
            return ShowClient.NotFound(clientId);
        }

        var before = ClientView.Of(found).ToJson();
        if (found.IsDescribed)
        {
            found.DisabledAt ??= now;
        }
        else
        {
            database.Clients.Remove(found);
        }

        var changes = RecordedChanges.Of(before, found.IsDescribed ? ClientView.Of(found).ToJson() : null);
        database.SecurityEvents.Add(SecurityEvent.ClientChanged(now, clientId, "removed", changes));
        await database.SaveChangesAsync(cancellation);
        // Whoever registers the same id later gets another application, and its managers are not those of this one.
        await database.ManagedClients.Where(managed => managed.ClientId == clientId).ExecuteDeleteAsync(cancellation);
        await database.DropProposalsAboutAsync(clientId, cancellation);
        await database.BackendAddresses.Where(row => row.ClientId == clientId).ExecuteDeleteAsync(cancellation);
        await database.Consents.Where(consent => consent.ClientId == clientId).ExecuteDeleteAsync(cancellation);
        await database.RevokeOfClientAsync(clientId, "client removed", now, cancellation);
        return ClientView.Of(found);
    }, cancellation);
}
