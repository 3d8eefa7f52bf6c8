using System.Collections.Immutable;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Protocol;

namespace Sso.Admin.Webhooks;

/// <summary>What programs read of subscriptions. Reading is an event.</summary>
public sealed class SeenWebhook(SsoDbContext database, ListWebhooks webhooks, TimeProvider clock)
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

    private async Task RecordAsync(CancellationToken cancellation)
    {
        database.SecurityEvents.Add(SecurityEvent.WebhooksRead(clock.GetUtcNow()));
        await database.SaveChangesAsync(cancellation);
    }
}
