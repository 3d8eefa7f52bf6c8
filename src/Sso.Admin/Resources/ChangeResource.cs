using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Protocol;

namespace Sso.Admin.Resources;

/// <summary>Changes a registration by the rules for a new one: new tokens follow it, existing ones live out their minutes.</summary>
public sealed class ChangeResource(SsoDbContext database, TimeProvider clock)
{
    public Task<Result<ResourceView, Refusal>> ExecuteAsync(
        NewResource wanted, CancellationToken cancellation) => database.AllOrNothingAsync<ResourceView>(async () =>
    {
        if (AddResource.Rules.Check(wanted) is { } refusal)
        {
            return refusal;
        }

        await database.RaiseClientsVersionAsync(cancellation);
        if (await database.Resources.SingleOrDefaultAsync(row => row.Id == wanted.Resource, cancellation) is not { } found)
        {
            return Refusal.NotFound("resource", $"There is no resource '{wanted.Resource}'.", "See sso resource list.", wanted.Resource);
        }

        if (await AddResource.FindFlawAsync(database, wanted, cancellation) is { } flaw)
        {
            return flaw;
        }

        (found.Name, found.ClientId) = (wanted.Name.Trim(), wanted.ClientId);
        found.Scopes = [.. wanted.Scopes.Distinct(StringComparer.Ordinal)];
        await AddResource.RecordAsync(database, wanted.Resource, "changed", clock.GetUtcNow(), cancellation);
        return ResourceView.Of(found);
    }, cancellation);
}
