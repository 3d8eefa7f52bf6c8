using Sso.Data.Webhooks;

namespace Sso.Admin.Webhooks;

/// <summary>What became of one event for one subscription, as an operator reads it.</summary>
/// <param name="Id">The <c>webhook-id</c> that the receiver sees.</param>
/// <param name="EventId">In the record of events; null for a test.</param>
/// <param name="Outcome">What the latest attempt met; null if it was delivered or not tried yet.</param>
/// <param name="NextAttemptAt">Null once it is over.</param>
public sealed record WebhookDeliveryView(
    string Id, string Webhook, string Type, string? EventId, DateTimeOffset CreatedAt, WebhookDeliveryStatus Status, int Attempts,
    string? Outcome, DateTimeOffset? DoneAt, DateTimeOffset? NextAttemptAt)
{
    public static WebhookDeliveryView Of(WebhookDelivery delivery) => new(
        delivery.MessageId,
        delivery.WebhookId,
        delivery.Kind is { } kind ? WebhookType.Of(kind).Name : WebhookMessage.TestType,
        delivery.EventId?.ToString("N"),
        delivery.CreatedAt,
        delivery.Status,
        delivery.Attempts,
        delivery.LastOutcome,
        delivery.DoneAt,
        delivery.Status == WebhookDeliveryStatus.Waiting ? delivery.NextAttemptAt : null);
}
