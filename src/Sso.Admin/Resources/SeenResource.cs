using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Protocol.Clients;

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

    /// <summary>Adds one for a program, which gives no resource to a client that may use the API.</summary>
    /// <param name="clientId">The client that the resource is to have.</param>
    /// <param name="act">What is done, in the same transaction.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    public Task<Result<ResourceView, Refusal>> AddAsync(
        string? clientId, Func<Task<Result<ResourceView, Refusal>>> act, CancellationToken cancellation) =>
        clientId is null ? act() : database.AllOrNothingAsync<ResourceView>(
            async () =>
            {
                // First: whoever gives a client the scopes of the API waits here.
                await database.RaiseClientsVersionAsync(cancellation);
                return await FindDenialAsync([clientId], cancellation) is { } denial ? denial : await act();
            },
            cancellation);

    /// <param name="resource">Which one.</param>
    /// <param name="clientId">The client that it is to have; null for none.</param>
    /// <param name="isSeen">True if the caller means it as it is now.</param>
    /// <param name="act">What is done, in the same transaction.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    public Task<Result<ResourceView, Refusal>> ActAsync(
        string resource, string? clientId, Func<ResourceView, bool> isSeen, Func<Task<Result<ResourceView, Refusal>>> act,
        CancellationToken cancellation) =>
        database.AllOrNothingAsync<ResourceView>(
            async () =>
            {
                // First: whoever else changes a registration waits here.
                await database.RaiseClientsVersionAsync(cancellation);
                return await FindAsync(resource, cancellation) is not { } found ? NotFound(resource)
                    : await FindDenialAsync([found.ClientId, clientId], cancellation) is { } denial ? denial
                    : !isSeen(found) ? Refusal.Stale("resource", "The resource was changed since you read it.")
                    : await act();
            },
            cancellation);

    internal static Refusal NotFound(string resource) =>
        Refusal.NotFound("resource", $"There is no resource '{resource}'.", "See sso resource list.", resource);

    /// <summary>Null if a program may change a resource of these clients.</summary>
    private async Task<Refusal?> FindDenialAsync(string?[] clientIds, CancellationToken cancellation)
    {
        var named = clientIds.OfType<string>().ToArray();
        if (named.Length == 0)
        {
            return null;
        }

        var clients = await database.Clients.AsNoTracking().Where(client => named.Contains(client.Id)).ToListAsync(cancellation);
        return clients.Any(client => ApiScopes.AreAmong(client.Scopes))
            ? Refusal.Denied(
                "client_id", "The client of this resource may use the API, and no program changes what it may introspect.",
                "Use the command line.")
            : null;
    }

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
