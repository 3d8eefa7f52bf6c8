using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Mails;
using Sso.Data;
using Sso.Data.Administrators;
using Sso.Data.Operations;
using Sso.Data.Secrets;
using Sso.Data.Webhooks;
using Sso.Protocol.Webhooks;
using Sso.Server.Operations;
using Sso.Server.Outgoing;

namespace Sso.Server.Webhooks;

/// <summary>
/// Sends security events to those who subscribed (Standard Webhooks): the rows of this node and of others that have stopped. Each
/// subscription has a lane of its own, so that a receiver that is dead or slow keeps no other lane waiting. One that takes nothing for days
/// is disabled, and the operators hear of it. Looks every two seconds, and at once after an event of this node; where nobody subscribed, it
/// asks for nothing.
/// </summary>
internal sealed partial class WebhookDispatcher(
    IDbContextFactory<SsoDbContext> contexts, WebhookAudience audience, WebhookBell bell, Sealer sealer, OutgoingHttp http,
    SecurityMails mails, ServerMetrics metrics, TimeProvider clock, ILogger<WebhookDispatcher> log)
    : BackgroundService
{
    /// <summary>So long nothing has to be taken until a subscription is disabled, as Standard Webhooks advises.</summary>
    public static readonly TimeSpan MostFailing = TimeSpan.FromDays(5);

    /// <summary>
    /// A longer time without an attempt ends the count: what fails after it says nothing about the days before, in which nothing was sent.
    /// </summary>
    public static readonly TimeSpan MostQuiet = TimeSpan.FromDays(2);

    /// <summary>Attempts come by the hundred, and one row an hour is enough to know when the latest was.</summary>
    private static readonly TimeSpan FailureStep = TimeSpan.FromHours(1);

    private const string GoneOutcome = "answer 410";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Longer than an attempt, by more than the clocks of two nodes may differ.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();

    /// <summary>The lanes at work, and whether each was asked to look once more.</summary>
    private readonly Dictionary<string, bool> _busy = [];

    private readonly Dictionary<string, Task> _lanes = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var timer = clock.CreateTimer(_ => bell.Ring(), null, Interval, Interval);
        try
        {
            await foreach (var _ in bell.HeardAsync(stoppingToken))
            {
                foreach (var webhookId in audience.Ids)
                {
                    if (Enters(webhookId))
                    {
                        _lanes[webhookId] = WorkAsync(webhookId, stoppingToken);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }

        // What receivers were told is written down before the server ends.
        await Task.WhenAll(_lanes.Values);
    }

    private bool Enters(string webhookId)
    {
        lock (_lock)
        {
            if (_busy.ContainsKey(webhookId))
            {
                _busy[webhookId] = true;
                return false;
            }

            _busy.Add(webhookId, false);
            return true;
        }
    }

    private bool Leaves(string webhookId)
    {
        lock (_lock)
        {
            if (_busy[webhookId])
            {
                _busy[webhookId] = false;
                return false;
            }

            _busy.Remove(webhookId);
            return true;
        }
    }

    private async Task WorkAsync(string webhookId, CancellationToken cancellation)
    {
        do
        {
            try
            {
                await SendDueAsync(webhookId, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
            }
            // An unavailable database must not end the lane: it looks again in a moment.
            catch (Exception exception)
            {
                CannotLook(log, exception);
            }
        }
        while (!Leaves(webhookId));
    }

    private async Task SendDueAsync(string webhookId, CancellationToken cancellation)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellation);
        // Behind a receiver that is gone thousands may have waited.
        var unsent = new Dictionary<string, int>(StringComparer.Ordinal);
        try
        {
            await SendDueAsync(database, webhookId, unsent, cancellation);
        }
        finally
        {
            foreach (var (outcome, count) in unsent)
            {
                GivenUpUnsent(log, count, webhookId, outcome);
            }
        }
    }

    /// <param name="database">To look in.</param>
    /// <param name="webhookId">Whose lane it is.</param>
    /// <param name="unsent">Why messages were given up without an attempt, and how many.</param>
    /// <param name="cancellation">Stops before the next messages.</param>
    private async Task SendDueAsync(
        SsoDbContext database, string webhookId, Dictionary<string, int> unsent, CancellationToken cancellation)
    {
        while (await ClaimAsync(database, webhookId, cancellation) is { Count: > 0 } claimed)
        {
            var webhook = await database.Webhooks.AsNoTracking().SingleOrDefaultAsync(row => row.Id == webhookId, CancellationToken.None);
            var ids = claimed.Select(delivery => delivery.EventId).OfType<Guid>().ToList();
            var events = await database.SecurityEvents.AsNoTracking().Where(item => ids.Contains(item.Id))
                .ToDictionaryAsync(item => item.Id, CancellationToken.None);
            var reasons = await Task.WhenAll(claimed.Select(delivery => SendAsync(
                webhook, delivery, delivery.EventId is { } eventId ? events.GetValueOrDefault(eventId) : null)));
            foreach (var reason in reasons.OfType<string>())
            {
                unsent[reason] = unsent.GetValueOrDefault(reason) + 1;
            }
        }
    }

    /// <summary>The rows that have been due longest, as many as one receiver is sent at once.</summary>
    private async Task<List<WebhookDelivery>> ClaimAsync(SsoDbContext database, string webhookId, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var due = await database.WebhookDeliveries.AsNoTracking()
            .Where(row => row.WebhookId == webhookId && row.Status == WebhookDeliveryStatus.Waiting && row.NextAttemptAt <= now
                && (row.LeasedUntil == null || row.LeasedUntil < now))
            .OrderBy(row => row.NextAttemptAt).Take(OutgoingHttp.MostPerWebhook).ToListAsync(cancellation);
        var claimed = new List<WebhookDelivery>(due.Count);
        foreach (var delivery in due)
        {
            var until = now + Lease;
            if (await Waiting(database, delivery, delivery.Attempts).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.LeasedUntil, until).SetProperty(row => row.Attempts, delivery.Attempts + 1),
                cancellation) == 1)
            {
                claimed.Add(delivery);
            }
        }

        return claimed;
    }

    /// <summary>
    /// Not cancelled: what a receiver was told is written down. Why it was given up without an attempt; null if there was one.
    /// </summary>
    private async Task<string?> SendAsync(Webhook? webhook, WebhookDelivery delivery, SecurityEvent? item)
    {
        var attempt = webhook switch
        {
            null => new Attempt(Verdict.GivenUp, "no longer registered"),
            { DisabledAt: not null } => new Attempt(Verdict.GivenUp, "disabled"),
            _ when item is null && delivery.EventId is not null => new Attempt(Verdict.GivenUp, "the event was deleted"),
            _ => await AttemptAsync(webhook, delivery, item),
        };
        var now = clock.GetUtcNow();
        var wait = attempt.Verdict == Verdict.Retry && delivery.EventId is not null
            ? WebhookRetries.WaitAfter(
                delivery.Attempts + 1, attempt.RetryAfter, RandomNumberGenerator.GetInt32(1_000_001) / 1_000_000d)
            : null;
        var status = attempt.Verdict == Verdict.Delivered ? WebhookDeliveryStatus.Delivered
            : wait is null ? WebhookDeliveryStatus.Failed
            : WebhookDeliveryStatus.Waiting;
        var done = status == WebhookDeliveryStatus.Waiting ? (DateTimeOffset?)null : now;
        await using var database = await contexts.CreateDbContextAsync(CancellationToken.None);
        await database.AllOrNothingAsync(
            async () =>
            {
                if (webhook is not null)
                {
                    await JudgeAsync(database, webhook, attempt.Verdict, now);
                }

                await Waiting(database, delivery, delivery.Attempts + 1).ExecuteUpdateAsync(
                    set => set
                        .SetProperty(row => row.Status, status)
                        .SetProperty(row => row.NextAttemptAt, now + (wait ?? TimeSpan.Zero))
                        .SetProperty(row => row.LeasedUntil, (DateTimeOffset?)null)
                        .SetProperty(row => row.LastOutcome, attempt.Outcome)
                        .SetProperty(row => row.DoneAt, done),
                    CancellationToken.None);
            },
            CancellationToken.None);
        metrics.CountWebhook(status switch
        {
            WebhookDeliveryStatus.Delivered => "delivered",
            WebhookDeliveryStatus.Waiting => "retried",
            _ => "given-up",
        });
        if (attempt.Verdict == Verdict.GivenUp)
        {
            return attempt.Outcome;
        }

        if (status == WebhookDeliveryStatus.Failed)
        {
            GivenUp(log, delivery.WebhookId, delivery.Attempts + 1, attempt.Outcome);
        }

        return null;
    }

    /// <summary>
    /// What an attempt says of the subscription, as long as that has the address that was asked: another receiver is not to blame for what
    /// the former one answers late. 410: the receiver wants nothing any more, and would say so to each of the others.
    /// </summary>
    private async Task JudgeAsync(SsoDbContext database, Webhook webhook, Verdict verdict, DateTimeOffset now)
    {
        var enabled = database.Webhooks.Where(
            row => row.Id == webhook.Id && row.Url == webhook.Url && row.DisabledAt == null);
        switch (verdict)
        {
            case Verdict.Gone:
                await DisableAsync(database, webhook, enabled, GoneOutcome, now);
                break;
            case Verdict.Delivered when webhook.FailingSince is not null:
                await enabled.ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.FailingSince, (DateTimeOffset?)null)
                        .SetProperty(row => row.LastFailedAt, (DateTimeOffset?)null),
                    CancellationToken.None);
                break;
            case Verdict.Retry when webhook.FailingSince is null || webhook.LastFailedAt is null || now - webhook.LastFailedAt > MostQuiet:
                // Only if no other attempt has said so meanwhile.
                var quiet = now - MostQuiet;
                await enabled.Where(row => row.FailingSince == null || row.LastFailedAt == null || row.LastFailedAt < quiet)
                    .ExecuteUpdateAsync(
                        set => set.SetProperty(row => row.FailingSince, now).SetProperty(row => row.LastFailedAt, now),
                        CancellationToken.None);
                break;
            case Verdict.Retry when now - webhook.FailingSince >= MostFailing:
                // Asked again: another message may have been taken meanwhile.
                var since = now - MostFailing;
                await DisableAsync(
                    database, webhook, enabled.Where(row => row.FailingSince <= since), $"nothing taken for {MostFailing.Days} days", now);
                break;
            case Verdict.Retry when now - webhook.LastFailedAt >= FailureStep:
                await enabled.Where(row => row.FailingSince != null)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastFailedAt, now), CancellationToken.None);
                break;
            default:
                break;
        }
    }

    private async Task DisableAsync(
        SsoDbContext database, Webhook webhook, IQueryable<Webhook> enabled, string because, DateTimeOffset now)
    {
        if (await enabled.ExecuteUpdateAsync(
            set => set.SetProperty(row => row.DisabledAt, now).SetProperty(row => row.DisabledBecause, because)
                .SetProperty(row => row.FailingSince, (DateTimeOffset?)null)
                .SetProperty(row => row.LastFailedAt, (DateTimeOffset?)null),
            CancellationToken.None) != 1)
        {
            return;
        }

        await database.RaiseWebhooksVersionAsync(CancellationToken.None);
        database.SecurityEvents.Add(SecurityEvent.WebhookChanged(now, webhook.Id, "disabled: " + because, changes: null));
        foreach (var person in await database.Operators().ToListAsync(CancellationToken.None))
        {
            mails.Tell(
                database, visit: null, person, MailTable.WebhookDisabled, new(webhook.Id, new Uri(webhook.Url).Authority, because));
        }

        Disabled(log, webhook.Id, because);
    }

    /// <summary>Whatever is wrong with one row or one secret fails for itself, and is retried and given up.</summary>
    private async Task<Attempt> AttemptAsync(Webhook webhook, WebhookDelivery delivery, SecurityEvent? item)
    {
        try
        {
            return await TellAsync(webhook, delivery, item);
        }
        catch (Exception exception)
        {
            CannotTell(log, exception, webhook.Id);
            return new(Verdict.Retry, "cannot be made or sent");
        }
    }

    private async Task<Attempt> TellAsync(Webhook webhook, WebhookDelivery delivery, SecurityEvent? item)
    {
        var now = clock.GetUtcNow();
        var (id, timestamp) = (delivery.MessageId, now.ToUnixTimeSeconds());
        var body = item is null ? WebhookMessage.Test(delivery) : WebhookMessage.Of(item);
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.Add(WebhookSignature.IdHeader, id);
        content.Headers.Add(WebhookSignature.TimestampHeader, timestamp.ToString(CultureInfo.InvariantCulture));
        content.Headers.Add(WebhookSignature.Header, WebhookSignature.Of(id, timestamp, body, SecretsOf(webhook, now)));
        return await http.PostToWebhookAsync(webhook.Url, content, CancellationToken.None) switch
        {
            null => new(Verdict.Retry, "no answer"),
            { Status: >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices } => new(Verdict.Delivered, null),
            { Status: HttpStatusCode.Gone } => new(Verdict.Gone, GoneOutcome),
            { Status: var other, RetryAfter: var asked } => new(Verdict.Retry, $"answer {(int)other}", asked?.Delta ?? asked?.Date - now),
        };
    }

    private List<string> SecretsOf(Webhook webhook, DateTimeOffset now)
    {
        var context = Webhook.SecretContextOf(webhook.Id);
        List<string> secrets = [sealer.UnprotectText(context, webhook.SealedSecret)];
        if (webhook.FormerSealedSecret is { } former && webhook.FormerSecretUntil > now)
        {
            secrets.Add(sealer.UnprotectText(context, former));
        }

        return secrets;
    }

    private static IQueryable<WebhookDelivery> Waiting(SsoDbContext database, WebhookDelivery delivery, int attempts) =>
        database.WebhookDeliveries.Where(row =>
            row.Id == delivery.Id && row.Status == WebhookDeliveryStatus.Waiting && row.Attempts == attempts);

    private enum Verdict
    {
        Delivered,
        Retry,
        Gone,
        GivenUp,
    }

    private sealed record Attempt(Verdict Verdict, string? Outcome, TimeSpan? RetryAfter = null);

    [LoggerMessage(EventId = 1611, Level = LogLevel.Error, Message = "Messages that wait for a webhook cannot be read or written")]
    private static partial void CannotLook(ILogger log, Exception exception);

    [LoggerMessage(
        EventId = 1612, Level = LogLevel.Warning,
        Message = "The webhook {Webhook} did not take a message at attempt {Attempt}: {Outcome}. See: sso webhook deliveries --failed")]
    private static partial void GivenUp(ILogger log, string webhook, int attempt, string? outcome);

    [LoggerMessage(
        EventId = 1616, Level = LogLevel.Warning,
        Message = "{Count} messages for the webhook {Webhook} were given up unsent: {Outcome}. See: sso webhook deliveries --failed")]
    private static partial void GivenUpUnsent(ILogger log, int count, string webhook, string outcome);

    [LoggerMessage(
        EventId = 1615, Level = LogLevel.Error,
        Message = "The webhook {Webhook} is disabled: {Because}. See: sso webhook list")]
    private static partial void Disabled(ILogger log, string webhook, string because);

    [LoggerMessage(EventId = 1613, Level = LogLevel.Error, Message = "A message for the webhook {Webhook} cannot be made or sent")]
    private static partial void CannotTell(ILogger log, Exception exception, string webhook);
}
