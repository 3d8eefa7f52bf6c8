using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Webhooks;
using Sso.Protocol;

namespace Sso.Admin.Webhooks;

/// <summary>Sends a message about nothing by the way of all others; it is tried once.</summary>
public sealed class TestWebhook(SsoDbContext database, TimeProvider clock)
{
    public async Task<Result<WebhookDeliveryView, Refusal>> ExecuteAsync(string id, CancellationToken cancellation)
    {
        if (await database.Webhooks.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellation) is not { } webhook)
        {
            return ListWebhooks.NotFound(id);
        }

        if (webhook.DisabledAt is not null)
        {
            return ListWebhooks.Disabled(id);
        }

        var now = clock.GetUtcNow();
        var delivery = new WebhookDelivery { Id = Guid.CreateVersion7(now), WebhookId = id, CreatedAt = now, NextAttemptAt = now };
        database.WebhookDeliveries.Add(delivery);
        await database.SaveChangesAsync(cancellation);
        return WebhookDeliveryView.Of(delivery);
    }
}
