using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Data.Webhooks;
using Sso.Server.Operations;

namespace Sso.Server.Webhooks;

/// <summary>
/// Once a minute, on one node: no queue grows without end, what waits for a disabled webhook is given up, and a secret is erased when its
/// time is over.
/// </summary>
internal sealed partial class WebhookUpkeep(SsoDbContext database, ServerMetrics metrics, TimeProvider clock, ILogger<WebhookUpkeep> log)
{
    /// <summary>So many wait for one webhook, and so many that were given up are kept; of more, the oldest go first.</summary>
    public int Most { get; init; } = 100_000;

    public async Task RunAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await database.Webhooks.Where(row => row.FormerSecretUntil <= now).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.FormerSealedSecret, (byte[]?)null)
                .SetProperty(row => row.FormerSecretUntil, (DateTimeOffset?)null),
            cancellation);
        var webhooks = await database.Webhooks.AsNoTracking().ToListAsync(cancellation);
        foreach (var webhook in webhooks)
        {
            await (webhook.DisabledAt is null
                ? ShortenAsync(webhook.Id, now, cancellation)
                : GiveUpAsync(Of(webhook.Id, WebhookDeliveryStatus.Waiting), "disabled", now, cancellation));
            if (await CutAsync(Of(webhook.Id, WebhookDeliveryStatus.Failed), cancellation) is { } cut)
            {
                await Of(webhook.Id, WebhookDeliveryStatus.Failed).Where(row => row.CreatedAt < cut)
                    .DeleteInBatchesAsync(row => row.DoneAt, cancellation);
            }
        }
    }

    private IQueryable<WebhookDelivery> Of(string webhookId, WebhookDeliveryStatus status) =>
        database.WebhookDeliveries.Where(row => row.WebhookId == webhookId && row.Status == status);

    private async Task ShortenAsync(string webhookId, DateTimeOffset now, CancellationToken cancellation)
    {
        var waiting = Of(webhookId, WebhookDeliveryStatus.Waiting);
        if (await CutAsync(waiting, cancellation) is { } cut
            && await GiveUpAsync(waiting.Where(row => row.CreatedAt < cut), "too many wait", now, cancellation) is > 0 and var count)
        {
            QueueFull(log, webhookId, count, Most);
        }
    }

    /// <summary>What is older is too much; null if nothing is.</summary>
    private async Task<DateTimeOffset?> CutAsync(IQueryable<WebhookDelivery> rows, CancellationToken cancellation) =>
        await rows.CountAsync(cancellation) > Most
            ? await rows.OrderByDescending(row => row.CreatedAt).Skip(Most - 1).Select(row => row.CreatedAt).FirstAsync(cancellation)
            : null;

    /// <summary>Not what is being sent at this moment: whoever sends it writes down what comes of it.</summary>
    private async Task<int> GiveUpAsync(
        IQueryable<WebhookDelivery> rows, string outcome, DateTimeOffset now, CancellationToken cancellation)
    {
        var (all, batch) = (0, Batches.Size);
        while (batch == Batches.Size)
        {
            batch = await rows.Where(row => row.LeasedUntil == null || row.LeasedUntil < now)
                .OrderBy(row => row.NextAttemptAt).Take(Batches.Size)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.Status, WebhookDeliveryStatus.Failed).SetProperty(row => row.LastOutcome, outcome)
                        .SetProperty(row => row.DoneAt, now),
                    cancellation);
            all += batch;
        }

        if (all > 0)
        {
            metrics.CountWebhook("given-up", all);
        }

        return all;
    }

    [LoggerMessage(
        EventId = 1614, Level = LogLevel.Warning,
        Message = "{Count} messages for the webhook {Webhook} were given up unsent, the oldest of more than {Most}. Is its receiver down? "
            + "See: sso webhook list")]
    private static partial void QueueFull(ILogger log, string webhook, int count, int most);
}
