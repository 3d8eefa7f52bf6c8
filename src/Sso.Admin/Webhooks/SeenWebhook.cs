using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Data.Webhooks;
using Sso.Protocol;

namespace Sso.Admin.Webhooks;

/// <summary>What programs read of subscriptions. Reading is an event.</summary>
public sealed class SeenWebhook(
    SsoDbContext database, ListWebhooks webhooks, ListWebhookDeliveries deliveries, TimeProvider clock)
{
    public async Task<ImmutableArray<WebhookView>> ListAsync(CancellationToken cancellation)
    {
        var all = await webhooks.ExecuteAsync(cancellation);
        await RecordAsync(cancellation);
        return all;
    }

    public async Task<Result<WebhookView, Refusal>> ReadAsync(string id, CancellationToken cancellation)
    {
        var outcome = await webhooks.FindAsync(id, cancellation);
        if (!outcome.Failed(out _, out _))
        {
            await RecordAsync(cancellation);
        }

        return outcome;
    }

    /// <summary>What was sent to one, newest first; one more than asked for if there are others.</summary>
    /// <param name="id">Of the subscription.</param>
    /// <param name="onlyFailed">Only those that were given up.</param>
    /// <param name="after">The last of the part before; null for the newest.</param>
    /// <param name="take">How many.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<Result<ImmutableArray<WebhookDeliveryView>, Refusal>> DeliveriesAsync(
        string id, bool onlyFailed, string? after, int take, CancellationToken cancellation)
    {
        if (!await database.Webhooks.AnyAsync(row => row.Id == id, cancellation))
        {
            return ListWebhooks.NotFound(id);
        }

        var part = await deliveries.PartAsync(
            id, onlyFailed, after is null ? null : WebhookDelivery.IdOf(after), take + 1, cancellation);
        await RecordAsync(cancellation);
        return part;
    }

    private async Task RecordAsync(CancellationToken cancellation)
    {
        database.SecurityEvents.Add(SecurityEvent.WebhooksRead(clock.GetUtcNow()));
        await database.SaveChangesAsync(cancellation);
    }
}
