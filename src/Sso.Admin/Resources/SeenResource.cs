using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Protocol;

namespace Sso.Admin.Resources;

/// <summary>
/// What programs read of resources, and do to one as they have seen it: nobody may have changed it since. Reading is an event.
/// </summary>
public sealed class SeenResource(SsoDbContext database, ListResources resources, TimeProvider clock)
{
    public async Task<Result<ResourceView, Refusal>> ReadAsync(string resource, CancellationToken cancellation)
    {
        if (await FindAsync(resource, cancellation) is not { } found)
        {
            return NotFound(resource);
        }

        await RecordAsync(cancellation);
        return found;
    }

    /// <summary>Those after this one, by their indicators; one more than asked for if there are others.</summary>
    public async Task<IReadOnlyList<ResourceView>> ListAsync(string? after, int take, CancellationToken cancellation)
    {
        var all = await resources.ExecuteAsync(cancellation);
        await RecordAsync(cancellation);
        return [.. all.Where(resource => after is null || string.CompareOrdinal(resource.Resource, after) > 0).Take(take + 1)];
    }

    /// <param name="resource">Which one.</param>
    /// <param name="isSeen">True if the caller means it as it is now.</param>
    /// <param name="act">What is done, in the same transaction.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    public Task<Result<ResourceView, Refusal>> ActAsync(
        string resource, Func<ResourceView, bool> isSeen, Func<Task<Result<ResourceView, Refusal>>> act, CancellationToken cancellation) =>
        database.AllOrNothingAsync<ResourceView>(
            async () =>
            {
                // First: whoever else changes a registration waits here.
                await database.RaiseClientsVersionAsync(cancellation);
                return await FindAsync(resource, cancellation) is not { } found ? NotFound(resource)
                    : !isSeen(found) ? Refusal.Stale("resource", "The resource was changed since you read it.")
                    : await act();
            },
            cancellation);

    internal static Refusal NotFound(string resource) =>
        Refusal.NotFound("resource", $"There is no resource '{resource}'.", "See sso resource list.");

    private async Task<ResourceView?> FindAsync(string resource, CancellationToken cancellation) =>
        await database.Resources.AsNoTracking().SingleOrDefaultAsync(row => row.Id == resource, cancellation) is { } found
            ? ResourceView.Of(found)
            : null;

    private async Task RecordAsync(CancellationToken cancellation)
    {
        database.SecurityEvents.Add(SecurityEvent.ResourcesRead(clock.GetUtcNow()));
        await database.SaveChangesAsync(cancellation);
    }
}
