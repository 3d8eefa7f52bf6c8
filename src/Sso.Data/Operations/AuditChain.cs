using Microsoft.EntityFrameworkCore;
using Sso.Data.Secrets;

namespace Sso.Data.Operations;

/// <summary>
/// Puts the security events into a chain, in the order in which they are found, not in which their transactions began. Requests pay nothing
/// for it; an event is not protected until it is sealed.
/// </summary>
public sealed class AuditChain(IDbContextFactory<SsoDbContext> contexts, Sealer sealer)
{
    private const int BatchSize = 500;

    /// <summary>Seals whatever is not sealed yet. Two nodes at once do no harm: the row of the head is locked.</summary>
    /// <exception cref="AuditBrokenException">The chain cannot be continued.</exception>
    public async Task SealAsync(CancellationToken cancellation)
    {
        while (await SealBatchAsync(cancellation) == BatchSize)
        {
        }
    }

    private async Task<int> SealBatchAsync(CancellationToken cancellation)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellation);
        // A row that has a hash but no place was torn out of the chain; sealing it again would hide that.
        var waiting = database.SecurityEvents.Where(row => row.Sequence == null && row.Hash == null);
        if (!await waiting.AnyAsync(cancellation))
        {
            return 0;
        }

        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        var head = await database.LockAuditHeadAsync(cancellation);
        var key = await AuditKey.OpenAsync(database, head, sealer, cancellation);
        var rows = await waiting.OrderBy(row => row.Id).Take(BatchSize).ToListAsync(cancellation);
        foreach (var row in rows)
        {
            row.Seal(++head.Sequence, key);
            head.Hash = AuditKey.Next(head.Hash, row.Hash!);
        }

        key.Sign(head, sealer);
        await database.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return rows.Count;
    }
}

internal static class AuditLock
{
    /// <summary>Returns the row of the head, which no other transaction can write until this one ends.</summary>
    public static async Task<AuditHead> LockAuditHeadAsync(this SsoDbContext database, CancellationToken cancellation)
    {
        await database.AuditHeads.ExecuteUpdateAsync(set => set.SetProperty(row => row.Sequence, row => row.Sequence), cancellation);
        return await database.AuditHeads.SingleOrDefaultAsync(cancellation) ?? throw new AuditBrokenException();
    }
}

/// <summary>The chain is not as the server wrote it: continuing it, or deleting from it, would make a forged record look true.</summary>
public sealed class AuditBrokenException() : Exception(
    "The record of security events is not as the server wrote it; run: sso audit verify");
