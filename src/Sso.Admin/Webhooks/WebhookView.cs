using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Sso.Data.Webhooks;

namespace Sso.Admin.Webhooks;

/// <summary>A subscription as an operator reads it: never its secrets.</summary>
/// <param name="Events">Empty for all.</param>
/// <param name="DisabledBecause">By whom or why.</param>
/// <param name="FormerSecretUntil">Until when is also signed with the secret before; null if there is none.</param>
/// <param name="FailingSince">Since when nothing was taken; null if the latest attempt was.</param>
/// <param name="Waiting">Deliveries that are not done.</param>
/// <param name="Failed">Deliveries that were given up and can be replayed.</param>
public sealed record WebhookView(
    string Id, string Url, ImmutableArray<string> Events, DateTimeOffset CreatedAt, DateTimeOffset? DisabledAt, string? DisabledBecause,
    DateTimeOffset? FormerSecretUntil, DateTimeOffset? FailingSince, int Waiting, int Failed)
{
    public static WebhookView Of(Webhook webhook, int waiting = 0, int failed = 0) => new(
        webhook.Id, webhook.Url, [.. webhook.Events], webhook.CreatedAt, webhook.DisabledAt, webhook.DisabledBecause,
        webhook.FormerSecretUntil, webhook.FailingSince, waiting, failed);

    /// <summary>Without the query of the address, where receivers of other makers have secrets.</summary>
    public WebhookView WithoutQuery() => this with { Url = new Uri(Url).GetLeftPart(UriPartial.Path) };

    /// <summary>For the record.</summary>
    internal JsonObject ToJson() => new()
    {
        ["url"] = WithoutQuery().Url,
        ["events"] = new JsonArray([.. Events.Select(name => JsonValue.Create(name))]),
    };
}

/// <summary>A subscription with its new secret, which exists only in this answer.</summary>
public sealed record WebhookWithSecret(WebhookView Webhook, string Secret)
{
    public override string ToString() => $"webhook {Webhook.Id}";
}
