using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Protocol;

namespace Sso.Admin.Webhooks;

/// <summary>
/// Disables a subscription, or enables it again. What happens meanwhile is not told, and what waits is given up within a minute; the answer
/// says how much that is.
/// </summary>
public sealed class SwitchWebhook(SsoDbContext database, TimeProvider clock)
{
    public Task<Result<WebhookView, Refusal>> ExecuteAsync(string id, bool isOn, CancellationToken cancellation) =>
        database.AllOrNothingAsync<WebhookView>(async () =>
        {
            await database.RaiseWebhooksVersionAsync(cancellation);
            if (await database.Webhooks.SingleOrDefaultAsync(row => row.Id == id, cancellation) is not { } webhook)
            {
                return ListWebhooks.NotFound(id);
            }

            if (webhook.DisabledAt is null != isOn)
            {
                var now = clock.GetUtcNow();
                webhook.DisabledAt = isOn ? null : now;
                webhook.DisabledBecause = isOn ? null : "by an operator";
                (webhook.FailingSince, webhook.LastFailedAt) = (null, null);
                database.SecurityEvents.Add(SecurityEvent.WebhookChanged(now, id, isOn ? "enabled" : "disabled", changes: null));
            }

            return await WebhookView.CountAsync(database, webhook, cancellation);
        }, cancellation);
}
