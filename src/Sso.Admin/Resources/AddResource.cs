using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Clients;
using Sso.Data.Operations;
using Sso.Protocol;

namespace Sso.Admin.Resources;

/// <summary>Registers a protected resource (RFC 8707 §2).</summary>
public sealed class AddResource(SsoDbContext database, TimeProvider clock)
{
    internal static readonly NewResourceRules Rules = new();

    public async Task<Result<ResourceView, Refusal>> ExecuteAsync(NewResource input, CancellationToken cancellation)
    {
        if (Rules.Check(input) is { } refusal)
        {
            return refusal;
        }

        var now = clock.GetUtcNow();
        var resource = new ResourceRegistration
        {
            Id = input.Resource,
            Name = input.Name.Trim(),
            Scopes = [.. input.Scopes.Distinct(StringComparer.Ordinal)],
            ClientId = input.ClientId,
            CreatedAt = now,
        };
        return await database.AllOrNothingAsync<ResourceView>(async () =>
        {
            await database.RaiseClientsVersionAsync(cancellation);
            if (await FindFlawAsync(database, input, cancellation) is { } flaw)
            {
                return flaw;
            }

            if (!await database.TryInsertAsync(resource, cancellation))
            {
                return Refusal.Taken(
                    "resource", $"The resource '{input.Resource}' is registered.", "Remove it first, or choose another indicator.");
            }

            await RecordAsync(database, resource.Id, "added", now, cancellation);
            return ResourceView.Of(resource);
        }, cancellation);
    }

    internal static async Task RecordAsync(
        SsoDbContext database, string resource, string what, DateTimeOffset now, CancellationToken cancellation)
    {
        database.SecurityEvents.Add(SecurityEvent.ResourceChanged(now, resource, what));
        await database.SaveChangesAsync(cancellation);
    }

    /// <summary>What only other registrations can tell. To be called after the version row is raised: writers then wait.</summary>
    internal static async Task<Refusal?> FindFlawAsync(SsoDbContext database, NewResource input, CancellationToken cancellation) =>
        input.ClientId is { } clientId && !await database.Clients.AnyAsync(client => client.Id == clientId, cancellation)
            ? Refusal.NotFound("client_id", $"There is no client '{clientId}'.", "Add it first: sso client add.", clientId)
            : await TakenScopeAsync(database, input, cancellation) is { } taken
                ? Refusal.Taken(
                    "scopes", $"The scope {taken} belongs to another resource.", "Give each API scopes of its own, such as orders.read.")
                : null;

    /// <summary>A scope of two resources would put both into the audience of every token that has it.</summary>
    private static async Task<string?> TakenScopeAsync(SsoDbContext database, NewResource input, CancellationToken cancellation) =>
        (await database.Resources.AsNoTracking().Where(resource => resource.Id != input.Resource).ToListAsync(cancellation))
        .SelectMany(resource => resource.Scopes).FirstOrDefault(scope => input.Scopes.Contains(scope));
}
