using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Deletion;
using Sso.Accounts.Mails;
using Sso.Accounts.Recovery;
using Sso.Admin.Keys;
using Sso.Data;
using Sso.Data.Authorization;
using Sso.Data.Clients;
using Sso.Data.Factors;
using Sso.Data.Imports;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Data.Sessions;
using Sso.Data.Webhooks;
using Sso.Server.ClientAuthentication;
using Sso.Server.Keys;
using Sso.Server.Operations;
using Sso.Server.Webhooks;

namespace Sso.Server;

/// <summary>
/// Once a minute, on the node that holds the lease: makes the keys that are due, retires old ones, tells of secrets that end, ends what has
/// been kept too long and prunes what has expired.
/// </summary>
internal sealed partial class Housekeeping(
    IServiceScopeFactory scopes, SigningKeyRing signingKeys, AuditRetention audit, AuditOptions options, ServerState state,
    ServerMetrics metrics, TimeProvider clock, ILogger<Housekeeping> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan KeepDeadSessions = TimeSpan.FromDays(30);
    private static readonly TimeSpan KeepDeliveries = TimeSpan.FromDays(90);

    /// <summary>How the last round of it ended, on this node.</summary>
    private HashedNumbers _numbers;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await RunAsync(stoppingToken);
        }
    }

    /// <summary>
    /// One round; nothing on a node that is not ready or does not hold the lease. A step that fails is reported and tried again in the next
    /// round, and does not keep the others from being done: otherwise one bad row would stop all pruning, or the server.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var isOurs = false;
        await StepAsync("lease", async services => isOurs = state.IsReady && await services.GetRequiredService<SsoDbContext>()
            .TryTakeLeaseAsync("housekeeping", EventStamps.ThisNode, clock.GetUtcNow(), Interval * 2, cancellation), cancellation);
        if (!isOurs)
        {
            (metrics.ImportsLate, metrics.FetchesMissing) = (0, 0);
            return;
        }

        await StepAsync("keys", _ => signingKeys.EnsureAsync(cancellation), cancellation);
        await StepAsync("recoveries", services => services.GetRequiredService<DueRecoveries>().RunAsync(cancellation), cancellation);
        await StepAsync("notices", services => services.GetRequiredService<OwedNotices>().RunAsync(cancellation), cancellation);
        await StepAsync("deletions", services => services.GetRequiredService<DeletePerson>().RunDueAsync(cancellation), cancellation);
        await StepAsync(
            "pruning",
            services => PruneAsync(services.GetRequiredService<SsoDbContext>(), clock.GetUtcNow(), cancellation),
            cancellation);
        await StepAsync(
            "imports",
            async services => metrics.ImportsLate = await services.GetRequiredService<SsoDbContext>()
                .ImportsInTrouble(clock.GetUtcNow()).CountAsync(cancellation),
            cancellation);
        await StepAsync("fetches", services => CountLaggingAsync(services, cancellation), cancellation);
        await StepAsync("secrets", services => services.GetRequiredService<SecretAlerts>().RunAsync(cancellation), cancellation);
        await StepAsync("webhooks", services => services.GetRequiredService<WebhookUpkeep>().RunAsync(cancellation), cancellation);
        await StepAsync("audit", _ => audit.RunAsync(options.KeepEvents, options.KeepAddresses, cancellation), cancellation);
        // Last: after an update it is thousands of rows, for which nothing else waits.
        await StepAsync("numbers", services => HashNumbersAsync(services, cancellation), cancellation);
    }

    /// <summary>Each step has its own context: what a failed one left pending is not saved by the next.</summary>
    private async Task StepAsync(string name, Func<IServiceProvider, Task> step, CancellationToken cancellation)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await step(scope.ServiceProvider);
        }
        catch (AuditBrokenException exception)
        {
            NothingDeleted(log, exception, exception.Message);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            StepFailed(log, exception, name);
        }
    }

    private async Task CountLaggingAsync(IServiceProvider services, CancellationToken cancellation)
    {
        var keys = await services.GetRequiredService<ListKeys>().ExecuteAsync(cancellation);
        metrics.FetchesMissing = (await services.GetRequiredService<ListFetches>().ListLaggingAsync(keys, cancellation))
            .SelectMany(rotation => rotation.Lagging).DistinctBy(item => item.ClientId).Count();
    }

    private async Task HashNumbersAsync(IServiceProvider services, CancellationToken cancellation)
    {
        var before = _numbers;
        _numbers = await services.GetRequiredService<SsoDbContext>().HashMissingAsync(
            services.GetRequiredService<Sealer>(), before.Behind, SealedNumbers.MostAtOnce, cancellation);
        if (_numbers.Shut > 0 && _numbers.Shut != before.Shut)
        {
            NumbersShut(log, _numbers.Shut);
        }
    }

    private static async Task PruneAsync(SsoDbContext database, DateTimeOffset now, CancellationToken cancellation)
    {
        await database.PruneAttemptCountersAsync(now, cancellation);
        await database.MessageChallenges.Where(challenge => challenge.ExpiresAt < now.AddHours(-1))
            .DeleteInBatchesAsync(challenge => challenge.ExpiresAt, cancellation);
        await database.OutgoingTexts.Where(text => text.ExpiresAt < now.AddDays(-1))
            .DeleteInBatchesAsync(text => text.ExpiresAt, cancellation);
        await database.TextDeliveries.Where(delivery => delivery.SentAt < now - KeepDeliveries)
            .DeleteInBatchesAsync(delivery => delivery.SentAt, cancellation);
        await database.DeliveryAlerts.Where(alert => alert.At < now - KeepDeliveries).DeleteInBatchesAsync(alert => alert.At, cancellation);
        await database.OutgoingMails.Where(mail => mail.ExpiresAt < now.AddDays(-1))
            .DeleteInBatchesAsync(mail => mail.ExpiresAt, cancellation);
        await database.MailedLinks.Where(link => link.ExpiresAt < now.AddDays(-1))
            .DeleteInBatchesAsync(link => link.ExpiresAt, cancellation);
        await database.ContactChanges
            .Where(change => change.CreatedAt < now - ContactChange.Kept || (change.DoneAt == null && change.CreatedAt < now.AddDays(-2)))
            .DeleteInBatchesAsync(change => change.CreatedAt, cancellation);
        await database.SecondFactors.Where(factor => factor.ActivatedAt == null && factor.CreatedAt < now.AddDays(-1))
            .DeleteInBatchesAsync(factor => factor.CreatedAt, cancellation);
        await database.Sessions.Where(session => session.ExpiresAt < now - KeepDeadSessions)
            .DeleteInBatchesAsync(session => session.ExpiresAt, cancellation);
        await database.TrustedDevices.Where(device => device.ExpiresAt < now)
            .DeleteInBatchesAsync(device => device.ExpiresAt, cancellation);
        await database.KnownBrowsers.Where(browser => browser.LastSeenAt < now - KnownBrowser.Lifetime)
            .DeleteInBatchesAsync(browser => browser.LastSeenAt, cancellation);
        await database.PushedRequests.Where(pushed => pushed.ExpiresAt < now)
            .DeleteInBatchesAsync(pushed => pushed.ExpiresAt, cancellation);
        await database.WaitingRequests.Where(waiting => waiting.ExpiresAt < now - WaitingRequest.Kept)
            .DeleteInBatchesAsync(waiting => waiting.ExpiresAt, cancellation);
        await database.Proposals.Where(proposal => proposal.ExpiresAt < now)
            .DeleteInBatchesAsync(proposal => proposal.ExpiresAt, cancellation);
        await database.IdempotentRequests.Where(request => request.ExpiresAt < now)
            .DeleteInBatchesAsync(request => request.ExpiresAt, cancellation);
        // With its chunks.
        await database.ImportJobs.Where(job => job.Status != ImportJobStatus.Running && job.ExpiresAt < now)
            .DeleteInBatchesAsync(job => job.ExpiresAt, cancellation);
        // While its session lives, a grant also says which application has to be told of its end.
        await database.Grants
            .Where(grant => grant.ExpiresAt < now
                && !database.Sessions.Any(session => session.Id == grant.SessionId && session.EndedAt == null && session.ExpiresAt > now))
            .DeleteInBatchesAsync(grant => grant.ExpiresAt, cancellation);
        await database.RegistrationTokens.Where(token => token.ExpiresAt < now - KeepDeadSessions)
            .DeleteInBatchesAsync(token => token.ExpiresAt, cancellation);
        await database.LogoutNotices.Where(notice => notice.CreatedAt < now - LogoutNotice.Kept)
            .DeleteInBatchesAsync(notice => notice.CreatedAt, cancellation);
        await database.BackendAddresses.Where(row => row.LastRequestAt < now - BackendAddress.Kept)
            .DeleteInBatchesAsync(row => row.LastRequestAt, cancellation);
        await database.Nodes.Where(node => node.SeenAt < now - Node.Kept).DeleteInBatchesAsync(node => node.SeenAt, cancellation);
        await database.WebhookDeliveries
            .Where(row => (row.Status == WebhookDeliveryStatus.Delivered && row.DoneAt < now - WebhookDelivery.DeliveredKept)
                || (row.Status == WebhookDeliveryStatus.Failed && row.DoneAt < now - WebhookDelivery.FailedKept))
            .DeleteInBatchesAsync(row => row.DoneAt, cancellation);
        // What a node that had not heard of the end of a subscription still wrote for it.
        await database.WebhookDeliveries
            .Where(row => row.Status == WebhookDeliveryStatus.Waiting && row.CreatedAt < now - WebhookDelivery.FailedKept
                && !database.Webhooks.Any(webhook => webhook.Id == row.WebhookId))
            .DeleteInBatchesAsync(row => row.CreatedAt, cancellation);
    }

    [LoggerMessage(EventId = 1109, Level = LogLevel.Critical, Message = "No event is deleted and no address erased: {Problem}")]
    private static partial void NothingDeleted(ILogger log, Exception exception, string problem);

    [LoggerMessage(
        EventId = 1120, Level = LogLevel.Warning,
        Message = "{Count} phone numbers do not open, and their owners are not found by them")]
    private static partial void NumbersShut(ILogger log, int count);

    [LoggerMessage(EventId = 1103, Level = LogLevel.Error, Message = "Housekeeping failed at its step {Step}")]
    private static partial void StepFailed(ILogger log, Exception exception, string step);
}
