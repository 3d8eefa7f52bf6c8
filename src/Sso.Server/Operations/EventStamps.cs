using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Sso.Data.Operations;
using Sso.Server.Http;

namespace Sso.Server.Operations;

/// <summary>Stamps each security event, when it is saved, with where it comes from, and counts it: no slice can forget to do so.</summary>
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
        foreach (var entry in context.ChangeTracker.Entries<SecurityEvent>().Where(entry => entry.State == EntityState.Added))
        {
            var http = requests?.HttpContext;
            entry.Entity.Stamp(
                ThisNode,
                http is null ? actor : RequestActor.Of(http),
                http?.TraceIdentifier,
                http is null ? null : ClientAddress.Shown(http));
            metrics?.CountEvent(entry.Entity);
        }
    }
}

/// <summary>Who acts in a request, if that is not the person whom its events are about.</summary>
internal static class RequestActor
{
    private static readonly object Key = new();

    public static void Set(HttpContext http, string actor) => http.Items[Key] = actor;

    public static string? Of(HttpContext http) => http.Items[Key] as string;
}
