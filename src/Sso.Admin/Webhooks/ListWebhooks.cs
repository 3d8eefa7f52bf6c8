using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Webhooks;
using Sso.Protocol;

namespace Sso.Admin.Webhooks;

/// <summary>All subscriptions, oldest first, with what waits for them and what was given up.</summary>
public sealed class ListWebhooks(SsoDbContext database)
{
    public async Task<ImmutableArray<WebhookView>> ExecuteAsync(CancellationToken cancellation)
    {
        var webhooks = await database.Webhooks.AsNoTracking().ToListAsync(cancellation);
        var counts = (await database.WebhookDeliveries.Where(row => row.Status != WebhookDeliveryStatus.Delivered)
            .GroupBy(row => new { row.WebhookId, row.Status })
            .Select(group => new { group.Key.WebhookId, group.Key.Status, Count = group.Count() }).ToListAsync(cancellation))
            .ToDictionary(row => (row.WebhookId, row.Status), row => row.Count);
        return
        [
            .. webhooks.OrderBy(webhook => webhook.CreatedAt).ThenBy(webhook => webhook.Id, StringComparer.Ordinal).Select(
                webhook => WebhookView.Of(
                    webhook,
                    counts.GetValueOrDefault((webhook.Id, WebhookDeliveryStatus.Waiting)),
                    counts.GetValueOrDefault((webhook.Id, WebhookDeliveryStatus.Failed)))),
        ];
    }

    public async Task<Result<WebhookView, Refusal>> FindAsync(string id, CancellationToken cancellation) =>
        (await ExecuteAsync(cancellation)).SingleOrDefault(webhook => webhook.Id == id) is { } found ? found : NotFound(id);

    internal static Refusal NotFound(string id) => Refusal.NotFound("webhook_id", $"There is no webhook '{id}'.", "See: sso webhook list");

    internal static Refusal Disabled(string id) => Refusal.Invalid(
        new FieldProblem("webhook_id", $"The webhook '{id}' is disabled.", $"Enable it first: sso webhook enable {id}"));
}
