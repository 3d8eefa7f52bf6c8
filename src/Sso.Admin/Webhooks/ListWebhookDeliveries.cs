using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Webhooks;

namespace Sso.Admin.Webhooks;

/// <summary>The queue and its dead letters, newest first.</summary>
public sealed class ListWebhookDeliveries(SsoDbContext database)
{
    public const int Most = 1000;

    /// <param name="webhookId">Only those of this subscription; null means all.</param>
    /// <param name="onlyFailed">Only those that were given up.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<ImmutableArray<WebhookDeliveryView>> ExecuteAsync(string? webhookId, bool onlyFailed, CancellationToken cancellation)
    {
        var rows = database.WebhookDeliveries.AsNoTracking().Where(row => webhookId == null || row.WebhookId == webhookId);
        if (onlyFailed)
        {
            rows = rows.Where(row => row.Status == WebhookDeliveryStatus.Failed);
        }

        return [.. (await rows.OrderByDescending(row => row.Id).Take(Most).ToListAsync(cancellation)).Select(WebhookDeliveryView.Of)];
    }

    /// <summary>A part of those of one subscription.</summary>
    /// <param name="webhookId">The subscription.</param>
    /// <param name="onlyFailed">Only those that were given up.</param>
    /// <param name="before">The delivery behind which the part begins; null for the newest.</param>
    /// <param name="take">How many at most.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<ImmutableArray<WebhookDeliveryView>> PartAsync(
        string webhookId, bool onlyFailed, Guid? before, int take, CancellationToken cancellation)
    {
        var rows = database.WebhookDeliveries.AsNoTracking().Where(row => row.WebhookId == webhookId);
        if (onlyFailed)
        {
            rows = rows.Where(row => row.Status == WebhookDeliveryStatus.Failed);
        }

        if (before is { } last)
        {
            rows = rows.Where(row => row.Id.CompareTo(last) < 0);
        }

        return [.. (await rows.OrderByDescending(row => row.Id).Take(take).ToListAsync(cancellation)).Select(WebhookDeliveryView.Of)];
    }

    /// <summary>One of them as it stands now; null if it is gone.</summary>
    /// <param name="messageId">Its <c>webhook-id</c>.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<WebhookDeliveryView?> FindAsync(string messageId, CancellationToken cancellation) =>
        WebhookDelivery.IdOf(messageId) is { } id
        && await database.WebhookDeliveries.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellation) is { } found
            ? WebhookDeliveryView.Of(found)
            : null;
}
