using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Sso.Admin.Outgoing;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Data.Webhooks;
using Sso.Protocol;
using Sso.Protocol.Clients;

namespace Sso.Admin.Webhooks;

/// <summary>Subscribes an address to security events (Standard Webhooks).</summary>
public sealed class AddWebhook(SsoDbContext database, OutgoingAddresses outgoing, WebhookSecrets secrets, TimeProvider clock)
{
    /// <summary>Each costs every event a row and every node a look.</summary>
    public const int Most = 50;

    private static readonly NewWebhookRules Rules = new();

    public async Task<Result<WebhookWithSecret, Refusal>> ExecuteAsync(NewWebhook input, CancellationToken cancellation)
    {
        if (Rules.Check(input) is { } refusal)
        {
            return refusal;
        }

        if (await outgoing.FindFlawAsync(input.Url, RegisteredBy.Operator, cancellation) is { } flaw)
        {
            return Refusal.Invalid(new FieldProblem("url", flaw.What, flaw.Remedy));
        }

        var (now, id) = (clock.GetUtcNow(), "wh_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6)));
        var (secret, box) = await secrets.NewAsync(id, cancellation);
        var webhook = new Webhook
        {
            Id = id,
            Url = input.Url,
            Events = [.. input.Events.Distinct(StringComparer.Ordinal).OrderByDescending(type => type == WebhookType.Everything)],
            SealedSecret = box,
            CreatedAt = now,
        };
        return await database.AllOrNothingAsync<WebhookWithSecret>(async () =>
        {
            await database.RaiseWebhooksVersionAsync(cancellation);
            if (await database.Webhooks.CountAsync(cancellation) >= Most)
            {
                return Refusal.Invalid(new FieldProblem("url", $"There are {Most} webhooks already.", "Remove one first."));
            }

            database.Webhooks.Add(webhook);
            var view = WebhookView.Of(webhook);
            database.SecurityEvents.Add(
                SecurityEvent.WebhookChanged(now, id, "added", RecordedChanges.Of(before: null, view.ToJson())));
            return new WebhookWithSecret(view, secret);
        }, cancellation);
    }
}
