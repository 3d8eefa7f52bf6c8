using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Admin.Outgoing;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Data.Webhooks;
using Sso.Protocol;
using Sso.Protocol.Clients;

namespace Sso.Admin.Webhooks;

/// <summary>What becomes of a subscription; null leaves it as it is.</summary>
public sealed record WebhookChange
{
    public string? Url { get; init; }

    /// <summary>At least one, as for a new one.</summary>
    public ImmutableArray<string>? Events { get; init; }
}

/// <summary>
/// Gives a subscription another address or other types of events, by the rules for a new one. Its secret stays, and what waits goes to the
/// new address.
/// </summary>
public sealed class ChangeWebhook(SsoDbContext database, OutgoingAddresses outgoing, TimeProvider clock)
{
    private static readonly NewWebhookRules Rules = new();

    /// <param name="id">Of the subscription.</param>
    /// <param name="change">What becomes of it.</param>
    /// <param name="isSeen">True if the caller means it as it is now.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    public async Task<Result<WebhookView, Refusal>> ExecuteAsync(
        string id, WebhookChange change, Func<WebhookView, bool> isSeen, CancellationToken cancellation)
    {
        if (await database.Webhooks.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellation) is not { } before)
        {
            return ListWebhooks.NotFound(id);
        }

        var wanted = new NewWebhook { Url = change.Url ?? before.Url, Events = change.Events ?? [.. before.Events] };
        // One of before this rule keeps what it has until somebody gives it types.
        var isOfBefore = wanted.Events.IsEmpty && before.Events.Count == 0;
        if (Rules.Check(isOfBefore ? wanted with { Events = NewWebhook.Usual } : wanted) is { } refusal)
        {
            return refusal;
        }

        if (wanted.Url != before.Url && await outgoing.FindFlawAsync(wanted.Url, RegisteredBy.Operator, cancellation) is { } flaw)
        {
            return Refusal.Invalid(new FieldProblem("url", flaw.What, flaw.Remedy));
        }

        return await database.AllOrNothingAsync<WebhookView>(async () =>
        {
            // First: whoever else changes a subscription waits here.
            await database.RaiseWebhooksVersionAsync(cancellation);
            if (await database.Webhooks.SingleOrDefaultAsync(row => row.Id == id, cancellation) is not { } webhook)
            {
                return ListWebhooks.NotFound(id);
            }

            var was = WebhookView.Of(webhook);
            if (!isSeen(was))
            {
                return Refusal.Stale("webhook_id", "The webhook was changed since you read it.");
            }

            if (change.Url is not null)
            {
                webhook.Url = change.Url;
            }

            if (change.Events is { } events)
            {
                webhook.Events = [.. events.Distinct(StringComparer.Ordinal).OrderByDescending(type => type == WebhookType.Everything)];
            }

            var now = WebhookView.Of(webhook);
            if (now.Version != was.Version)
            {
                // Another receiver has not failed yet.
                (webhook.FailingSince, webhook.LastFailedAt) =
                    now.Url == was.Url ? (webhook.FailingSince, webhook.LastFailedAt) : (null, null);
                database.SecurityEvents.Add(SecurityEvent.WebhookChanged(
                    clock.GetUtcNow(), id, "changed", RecordedChanges.Of(was.ToJson(), now.ToJson())));
            }

            return await WebhookView.CountAsync(database, webhook, cancellation);
        }, cancellation);
    }
}
