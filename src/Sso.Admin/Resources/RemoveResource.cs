using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Protocol;

namespace Sso.Admin.Resources;

/// <summary>Deletes a registration: no new token names the resource. Existing tokens live out their minutes.</summary>
public sealed class RemoveResource(SsoDbContext database, TimeProvider clock)
{
    public Task<Result<ResourceView, Refusal>> ExecuteAsync(
        string resource, CancellationToken cancellation) => database.AllOrNothingAsync<ResourceView>(async () =>
    {
        await database.RaiseClientsVersionAsync(cancellation);
        if (await database.Resources.SingleOrDefaultAsync(row => row.Id == resource, cancellation) is not { } found)
        {
            return Refusal.NotFound("resource", $"There is no resource '{resource}'.", "See sso resource list.", resource);
        }

        database.Resources.Remove(found);
        await AddResource.RecordAsync(database, resource, "removed", clock.GetUtcNow(), cancellation);
        return ResourceView.Of(found);
    }, cancellation);
}
