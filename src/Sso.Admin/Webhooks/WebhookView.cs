using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Webhooks;

namespace Sso.Admin.Webhooks;

/// <summary>A subscription as an operator reads it: never its secrets.</summary>
/// <param name="Events">Empty for all, readings too.</param>
/// <param name="DisabledBecause">By whom or why.</param>
/// <param name="FormerSecretUntil">Until when is also signed with the secret before; null if there is none.</param>
/// <param name="FailingSince">Since when nothing was taken; null if the latest attempt was.</param>
/// <param name="Waiting">Deliveries that are not done.</param>
/// <param name="Failed">Deliveries that were given up and can be replayed.</param>
public sealed record WebhookView(
    string Id, string Url, ImmutableArray<string> Events, DateTimeOffset CreatedAt, DateTimeOffset? DisabledAt, string? DisabledBecause,
    DateTimeOffset? FormerSecretUntil, DateTimeOffset? FailingSince, int Waiting, int Failed)
{
    /// <summary>
    /// Of what an operator decides of it: address, types, secret, and whether it is on. The secret, sealed, also keeps whoever is not told
    /// the query of the address from trying values for it.
    /// </summary>
    [JsonIgnore]
    public string Version { get; private init; } = "";

    public static WebhookView Of(Webhook webhook, int waiting = 0, int failed = 0) => new(
        webhook.Id, webhook.Url, [.. webhook.Events], webhook.CreatedAt, webhook.DisabledAt, webhook.DisabledBecause,
        webhook.FormerSecretUntil, webhook.FailingSince, waiting, failed)
    {
        Version = VersionOf(webhook),
    };

    /// <summary>With what waits for it and what was given up.</summary>
    internal static async Task<WebhookView> CountAsync(SsoDbContext database, Webhook webhook, CancellationToken cancellation)
    {
        var deliveries = database.WebhookDeliveries.Where(row => row.WebhookId == webhook.Id);
        return Of(
            webhook,
            await deliveries.CountAsync(row => row.Status == WebhookDeliveryStatus.Waiting, cancellation),
            await deliveries.CountAsync(row => row.Status == WebhookDeliveryStatus.Failed, cancellation));
    }

    /// <summary>Without the query of the address, where receivers of other makers have secrets.</summary>
    public WebhookView WithoutQuery() => this with { Url = new Uri(Url).GetLeftPart(UriPartial.Path) };

    private static string VersionOf(Webhook webhook)
    {
        var decided = string.Join('\n', [webhook.Url, $"{webhook.DisabledAt is null}", .. webhook.Events]);
        return Base64Url.EncodeToString(
            SHA256.HashData([.. webhook.SealedSecret, .. Encoding.UTF8.GetBytes(decided)]).AsSpan(0, 16));
    }

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
