using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Protocol;

namespace Sso.Admin.Webhooks;

/// <summary>Ends a subscription, and with it what waits for it or was given up.</summary>
public sealed class RemoveWebhook(SsoDbContext database, TimeProvider clock)
{
    public async Task<Result<WebhookView, Refusal>> ExecuteAsync(string id, CancellationToken cancellation)
    {
        var removed = await database.AllOrNothingAsync<WebhookView>(async () =>
        {
            await database.RaiseWebhooksVersionAsync(cancellation);
            if (await database.Webhooks.SingleOrDefaultAsync(row => row.Id == id, cancellation) is not { } webhook)
            {
                return ListWebhooks.NotFound(id);
            }

            var view = WebhookView.Of(webhook);
            database.Webhooks.Remove(webhook);
            database.SecurityEvents.Add(
                SecurityEvent.WebhookChanged(clock.GetUtcNow(), id, "removed", RecordedChanges.Of(view.ToJson(), after: null)));
            return view;
        }, cancellation);
        if (removed.Value is not null)
        {
            await database.WebhookDeliveries.Where(row => row.WebhookId == id).DeleteInBatchesAsync(row => row.Id, cancellation);
        }

        return removed;
    }
}
