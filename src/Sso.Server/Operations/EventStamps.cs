using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Sso.Data.Clients;
using Sso.Data.Operations;
using Sso.Server.Http;

namespace Sso.Server.Operations;

/// <summary>
/// Stamps each security event, when it is saved, with where it comes from, and counts it; and each new secret of an application with who
/// made it: no slice can forget to do so.
/// </summary>
/// <param name="actor">The actor of what no request asked for.</param>
internal sealed class EventStamps(string actor, IHttpContextAccessor? requests = null, ServerMetrics? metrics = null)
    : SaveChangesInterceptor
{
    public static string ThisNode { get; } = $"{Environment.MachineName}:{Environment.ProcessId}";

    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        Stamp(eventData.Context!);
        return result;
    }

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Stamp(eventData.Context!);
        return ValueTask.FromResult(result);
    }

    private void Stamp(DbContext context)
    {
        // One walk: each of them looks for changes.
        foreach (var entry in context.ChangeTracker.Entries())
        {
            switch (entry.Entity)
            {
                case SecurityEvent item when entry.State == EntityState.Added:
                    var http = requests?.HttpContext;
                    item.Stamp(ThisNode, Actor, http?.TraceIdentifier, http is null ? null : ClientAddress.Shown(http));
                    metrics?.CountEvent(item);
                    break;
                case ClientRegistration client when entry.State is EntityState.Added or EntityState.Modified:
                    StampSecrets(client, FormerHashes(entry));
                    break;
            }
        }
    }

    private string? Actor => requests?.HttpContext is { } http ? RequestActor.Of(http) : actor;

    /// <summary>
    /// Who made a secret, when it is new: one that nobody is named for stays so, whoever changes its application later.
    /// </summary>
    private void StampSecrets(ClientRegistration client, IReadOnlyList<byte[]> former)
    {
        if (IsNew(client.SecretHash) && client.SecretCreatedAt is not null)
        {
            client.SecretCreatedBy ??= Actor;
        }

        if (IsNew(client.OtherSecretHash) && client.OtherSecretCreatedAt is not null)
        {
            client.OtherSecretCreatedBy ??= Actor;
        }

        bool IsNew(byte[]? hash) => hash is not null && !former.Any(known => known.AsSpan().SequenceEqual(hash));
    }

    /// <summary>Both: the second secret becomes the first when that is taken away.</summary>
    private static List<byte[]> FormerHashes(EntityEntry entry) => entry.State == EntityState.Added ? []
        : [.. new[] { nameof(ClientRegistration.SecretHash), nameof(ClientRegistration.OtherSecretHash) }
            .Select(name => (byte[]?)entry.Property(name).OriginalValue).OfType<byte[]>()];
}

/// <summary>Who acts in a request, if that is not the person whom its events are about.</summary>
internal static class RequestActor
{
    private static readonly object Key = new();

    public static void Set(HttpContext http, string actor) => http.Items[Key] = actor;

    public static string? Of(HttpContext http) => http.Items[Key] as string;
}
