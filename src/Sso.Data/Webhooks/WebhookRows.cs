using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Sso.Data.Operations;

namespace Sso.Data.Webhooks;

/// <summary>Puts each security event into the queue of everybody who wants it, in the save of the event: no slice can forget to.</summary>
public sealed class WebhookRows(WebhookAudience audience) : SaveChangesInterceptor
{
    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        if (eventData.Context is SsoDbContext database && NewEvents(database) is { Count: > 0 } events)
        {
            if (!audience.IsKnown)
            {
                audience.Load(database);
            }

            Add(database, events);
        }

        return result;
    }

    public override async ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is SsoDbContext database && NewEvents(database) is { Count: > 0 } events)
        {
            if (!audience.IsKnown)
            {
                await audience.LoadAsync(database, cancellationToken);
            }

            Add(database, events);
        }

        return result;
    }

    private static List<SecurityEvent> NewEvents(SsoDbContext database) =>
        [.. database.ChangeTracker.Entries<SecurityEvent>().Where(entry => entry.State == EntityState.Added).Select(entry => entry.Entity)];

    private void Add(SsoDbContext database, List<SecurityEvent> events)
    {
        var wanted = events.SelectMany(item => audience.Of(item.Kind), (item, id) => (item, id)).ToList();
        if (wanted.Count == 0)
        {
            return;
        }

        // A save that failed and is tried again has its rows already.
        var there = database.ChangeTracker.Entries<WebhookDelivery>().Where(entry => entry.State == EntityState.Added)
            .Select(entry => (entry.Entity.EventId, entry.Entity.WebhookId)).ToHashSet();
        wanted.RemoveAll(pair => there.Contains((pair.item.Id, pair.id)));
        database.WebhookDeliveries.AddRange(wanted.Select(pair => new WebhookDelivery
        {
            Id = Guid.CreateVersion7(pair.item.At),
            WebhookId = pair.id,
            EventId = pair.item.Id,
            Kind = pair.item.Kind,
            CreatedAt = pair.item.At,
            NextAttemptAt = pair.item.At,
        }));
    }
}
