using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Imports;
using Sso.Data;
using Sso.Data.Imports;
using Sso.Server.Operations;

namespace Sso.Server.Imports;

/// <summary>
/// Brings confirmed imports to their end, one at a time on each node, a chunk after the other, so that sign-ins on this node do not wait
/// for many. What a node that stopped has left is gone on with by another one when its lease is over.
/// </summary>
internal sealed partial class ImportDispatcher(
    IDbContextFactory<SsoDbContext> contexts, IServiceScopeFactory scopes, TimeProvider clock, ILogger<ImportDispatcher> log)
    : DueWork<ImportDispatcher.Claimed>(contexts, clock, Interval)
{
    /// <summary>So often nothing was written, and it is over.</summary>
    public const int MostAttempts = 10;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    protected override void Report(Exception exception) => CannotLook(log, exception);

    protected override async Task<List<Claimed>> ClaimAsync(SsoDbContext database, CancellationToken cancellation)
    {
        var now = Clock.GetUtcNow();
        var due = await database.ImportJobs.AsNoTracking()
            .Where(job => job.Status == ImportJobStatus.Running && (job.LeasedUntil == null || job.LeasedUntil < now))
            .OrderBy(job => job.BegunAt).FirstOrDefaultAsync(cancellation);
        if (due is null)
        {
            return [];
        }

        var (owner, until) = (Guid.CreateVersion7(now), now + RunImport.Lease);
        return await database.ImportJobs
            .Where(job => job.Id == due.Id && job.Status == ImportJobStatus.Running && job.Owner == due.Owner
                && (job.LeasedUntil == null || job.LeasedUntil < now))
            .ExecuteUpdateAsync(
                set => set.SetProperty(job => job.Owner, owner)
                    .SetProperty(job => job.LeasedUntil, until)
                    .SetProperty(job => job.Attempts, due.Attempts + 1),
                cancellation) == 1
            ? [new(due.Id, owner, IsOver: due.Attempts >= MostAttempts || due.ExpiresAt <= now)]
            : [];
    }

    protected override async Task SendAsync(Claimed import, CancellationToken cancellation)
    {
        try
        {
            while (await StepAsync(import, cancellation))
            {
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // This node ends: another one need not wait for the end of the lease.
            await FreeAsync(import, Clock.GetUtcNow());
        }
        catch (Exception exception)
        {
            Failed(log, exception, import.Id);
            await FreeAsync(import, Clock.GetUtcNow() + Pause);
        }
    }

    /// <summary>Each chunk has its own context: what a failed one left pending is not saved by the next.</summary>
    private async Task<bool> StepAsync(Claimed import, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (!import.IsOver)
        {
            return await scope.ServiceProvider.GetRequiredService<RunImport>().NextAsync(import.Id, import.Owner, cancellation);
        }

        if (await scope.ServiceProvider.GetRequiredService<ChangeImport>().GiveUpAsync(import.Id, "server", cancellation))
        {
            GivenUp(log, import.Id);
        }

        return false;
    }

    /// <summary>The database may be what failed: then the lease runs out by itself.</summary>
    private async Task FreeAsync(Claimed import, DateTimeOffset from)
    {
        try
        {
            await using var database = await Contexts.CreateDbContextAsync(CancellationToken.None);
            await database.ImportJobs.Where(job => job.Id == import.Id && job.Owner == import.Owner)
                .ExecuteUpdateAsync(set => set.SetProperty(job => job.LeasedUntil, from), CancellationToken.None);
        }
        catch (Exception exception)
        {
            CannotLook(log, exception);
        }
    }

    /// <summary>An import that this node works on.</summary>
    /// <param name="IsOver">It was tried too often, or for too long.</param>
    internal sealed record Claimed(Guid Id, Guid Owner, bool IsOver);

    [LoggerMessage(EventId = 1621, Level = LogLevel.Error, Message = "Imports that wait cannot be read")]
    private static partial void CannotLook(ILogger log, Exception exception);

    [LoggerMessage(EventId = 1622, Level = LogLevel.Error, Message = "The import {Import} failed at a chunk and is tried again")]
    private static partial void Failed(ILogger log, Exception exception, Guid import);

    [LoggerMessage(EventId = 1623, Level = LogLevel.Error, Message = "The import {Import} was given up; its page says how far it came")]
    private static partial void GivenUp(ILogger log, Guid import);
}
