using Microsoft.EntityFrameworkCore;
using Sso.Data.Secrets;

namespace Sso.Data.Operations;

/// <summary>
/// Deletes events and erases addresses whose time is over, so that the chain still holds: deleted events leave a checkpoint, an erased
/// address the server's proof that the rule erased it.
/// </summary>
public sealed class AuditRetention(IDbContextFactory<SsoDbContext> contexts, Sealer sealer, TimeProvider clock)
{
    private const int BatchSize = 500;

    /// <summary>Events are deleted by whole days, so that the record is not full of notes about deletions.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromDays(1);

    /// <summary>One node at a time: the caller holds a lease.</summary>
    public async Task RunAsync(TimeSpan keepEvents, TimeSpan keepAddresses, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var database = await contexts.CreateDbContextAsync(cancellation);
        while (await EraseBatchAsync(database, now - keepAddresses, cancellation))
        {
        }

        var oldest = await database.SecurityEvents.Where(row => row.Sequence != null)
            .OrderBy(row => row.Sequence).Select(row => (DateTimeOffset?)row.At)
            .FirstOrDefaultAsync(cancellation);
        if (oldest < now - keepEvents - Step)
        {
            while (await DeleteBatchAsync(database, now - keepEvents, now, cancellation))
            {
            }
        }
    }

    /// <summary>Erases the addresses of one person, whose account is being deleted, in the transaction of the caller.</summary>
    public async Task EraseAddressesOfAsync(SsoDbContext database, Guid personId, CancellationToken cancellation)
    {
        var head = await database.LockAuditHeadAsync(cancellation);
        var key = await AuditKey.OpenAsync(database, head, sealer, cancellation);
        foreach (var row in await database.SecurityEvents.Where(
            row => row.PersonId == personId && row.Address != null).ToListAsync(cancellation))
        {
            row.EraseAddress(key);
        }

        await database.SaveChangesAsync(cancellation);
    }

    private async Task<bool> EraseBatchAsync(SsoDbContext database, DateTimeOffset before, CancellationToken cancellation)
    {
        var erased = await database.AuditHeads.Select(row => row.ErasedThrough).SingleOrDefaultAsync(cancellation);
        var next = await After(database, erased).Select(row => (DateTimeOffset?)row.At).FirstOrDefaultAsync(cancellation);
        if (next is null || next >= before)
        {
            return false;
        }

        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        var (head, key) = await OpenAsync(database, cancellation);
        var rows = (await After(database, head.ErasedThrough).Take(BatchSize).ToListAsync(cancellation))
            .TakeWhile(row => row.At < before).ToList();
        foreach (var row in rows)
        {
            row.EraseAddress(key);
            head.ErasedThrough = row.Sequence!.Value;
        }

        await CommitAsync(database, head, key, cancellation);
        await transaction.CommitAsync(cancellation);
        database.ChangeTracker.Clear();
        return rows.Count == BatchSize;
    }

    private async Task<bool> DeleteBatchAsync(
        SsoDbContext database, DateTimeOffset before, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        var (head, key) = await OpenAsync(database, cancellation);
        var first = head.DeletedThrough + 1;
        var rows = (await After(database, head.DeletedThrough).AsNoTracking().Take(BatchSize).ToListAsync(cancellation))
            .TakeWhile(row => row.At < before).ToList();
        foreach (var row in rows)
        {
            // Deleting what was changed would delete the trace of the change.
            if (row.Sequence != head.DeletedThrough + 1 || !key.IsTrue(row))
            {
                throw new AuditBrokenException();
            }

            (head.DeletedThrough, head.DeletedHash) = (row.Sequence!.Value, AuditKey.Next(head.DeletedHash, row.Hash!));
        }

        if (rows.Count > 0)
        {
            head.KeptFrom = before;
            head.ErasedThrough = Math.Max(head.ErasedThrough, head.DeletedThrough);
            await database.SecurityEvents.Where(row => row.Sequence <= head.DeletedThrough).ExecuteDeleteAsync(cancellation);
            database.SecurityEvents.Add(SecurityEvent.EventsDeleted(now, first, head.DeletedThrough, before));
            await CommitAsync(database, head, key, cancellation);
            await transaction.CommitAsync(cancellation);
        }

        database.ChangeTracker.Clear();
        return rows.Count == BatchSize;
    }

    private async Task<(AuditHead Head, AuditKey Key)> OpenAsync(SsoDbContext database, CancellationToken cancellation)
    {
        var head = await database.LockAuditHeadAsync(cancellation);
        return (head, await AuditKey.OpenAsync(database, head, sealer, cancellation));
    }

    private Task<int> CommitAsync(SsoDbContext database, AuditHead head, AuditKey key, CancellationToken cancellation)
    {
        key.Sign(head, sealer);
        return database.SaveChangesAsync(cancellation);
    }

    private static IQueryable<SecurityEvent> After(SsoDbContext database, long sequence) =>
        database.SecurityEvents.Where(row => row.Sequence > sequence).OrderBy(row => row.Sequence);
}
