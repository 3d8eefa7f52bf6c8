using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Data.Webhooks;
using Sso.Protocol;

namespace Sso.Admin.Webhooks;

/// <summary>Sends again, at once and with all its retries: one message, or all that were given up.</summary>
public sealed class ReplayWebhooks(SsoDbContext database, TimeProvider clock)
{
    /// <summary>Whatever became of it.</summary>
    /// <param name="messageId">Its <c>webhook-id</c>, which stays.</param>
    /// <param name="cancellation">Stops before anything was changed.</param>
    /// <param name="webhookId">The subscription that it has to be of; null for any.</param>
    public async Task<Result<WebhooksReplayed, Refusal>> ExecuteAsync(
        string messageId, CancellationToken cancellation, string? webhookId = null)
    {
        if (WebhookDelivery.IdOf(messageId) is not { } id
            || await database.WebhookDeliveries.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellation) is not { } found
            || (webhookId is not null && found.WebhookId != webhookId))
        {
            return Refusal.NotFound("delivery_id", $"There is no delivery '{messageId}'.", "See: sso webhook deliveries");
        }

        return await FindFlawAsync(found.WebhookId, cancellation) is { } refusal
            ? refusal
            : await ReplayAsync(found.WebhookId, rows => rows.Where(row => row.Id == id), cancellation);
    }

    /// <summary>All that were given up.</summary>
    /// <param name="webhookId">Only those of this subscription; null means of all that are not disabled.</param>
    /// <param name="cancellation">Stops before anything was changed.</param>
    public async Task<Result<WebhooksReplayed, Refusal>> FailedAsync(string? webhookId, CancellationToken cancellation) =>
        webhookId is not null && await FindFlawAsync(webhookId, cancellation) is { } refusal
            ? refusal
            : await ReplayAsync(
                webhookId,
                rows => rows.Where(row => row.Status == WebhookDeliveryStatus.Failed && (webhookId == null || row.WebhookId == webhookId)
                    && database.Webhooks.Any(webhook => webhook.Id == row.WebhookId && webhook.DisabledAt == null)),
                cancellation);

    private async Task<Refusal?> FindFlawAsync(string webhookId, CancellationToken cancellation) =>
        await database.Webhooks.AsNoTracking().SingleOrDefaultAsync(row => row.Id == webhookId, cancellation) switch
        {
            null => ListWebhooks.NotFound(webhookId),
            { DisabledAt: null } => null,
            _ => ListWebhooks.Disabled(webhookId),
        };

    /// <summary>An attempt that is under way at this moment keeps its row: it is not sent twice at once.</summary>
    private Task<Result<WebhooksReplayed, Refusal>> ReplayAsync(
        string? webhookId, Func<IQueryable<WebhookDelivery>, IQueryable<WebhookDelivery>> which, CancellationToken cancellation) =>
        database.AllOrNothingAsync<WebhooksReplayed>(async () =>
        {
            var now = clock.GetUtcNow();
            var again = await which(database.WebhookDeliveries.Where(row => row.LeasedUntil == null || row.LeasedUntil < now))
                .ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.Status, WebhookDeliveryStatus.Waiting).SetProperty(row => row.NextAttemptAt, now)
                        .SetProperty(row => row.DoneAt, (DateTimeOffset?)null).SetProperty(row => row.Attempts, 0),
                    cancellation);
            if (again > 0)
            {
                database.SecurityEvents.Add(
                    SecurityEvent.DeliveryChanged(now, $"{again} messages sent again to {webhookId ?? "all webhooks"}"));
            }

            return new WebhooksReplayed(again);
        }, cancellation);
}

/// <summary>How many are sent again.</summary>
public sealed record WebhooksReplayed(int Deliveries);
