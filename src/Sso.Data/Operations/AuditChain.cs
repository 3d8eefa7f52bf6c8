using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Secrets;

namespace Sso.Data.Operations;

/// <summary>
/// Puts the security events into a chain, in the order in which they are found, not in which their transactions began: each row hashes the one before it,
/// and the end of the chain is authenticated by a data key. Requests pay nothing for it; an event that is not sealed yet is not protected yet.
/// </summary>
public sealed class AuditChain(IDbContextFactory<SsoDbContext> contexts, Sealer sealer)
{
    private const int BatchSize = 500;
    private const string Purpose = "AuditHead.Mac";

    private static readonly byte[] Beginning = new byte[SHA256.HashSizeInBytes];

    /// <summary>Seals whatever is not sealed yet. One node at a time: the caller holds a lease, and the row of the head is locked.</summary>
    public async Task SealAsync(CancellationToken cancellation)
    {
        while (await SealBatchAsync(cancellation) == BatchSize)
        {
        }
    }

    /// <summary>Goes through the chain from its beginning, and names what does not fit.</summary>
    public async Task<AuditFindings> VerifyAsync(int mostFlaws, CancellationToken cancellation)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellation);
        var head = await database.AuditHeads.AsNoTracking().SingleOrDefaultAsync(cancellation);
        var flaws = new List<AuditFlaw>();
        var (expected, previous, last) = (1L, Beginning, 0L);
        await foreach (var row in database.SecurityEvents.AsNoTracking().Where(row => row.Sequence != null).OrderBy(row => row.Sequence)
            .AsAsyncEnumerable().WithCancellation(cancellation))
        {
            var sequence = row.Sequence!.Value;
            for (; expected < sequence && flaws.Count < mostFlaws; expected++)
            {
                flaws.Add(new(expected, Row: null));
            }

            // After a gap the hash of the row before is not known; then only what follows can be checked.
            var follows = last + 1 == sequence;
            if (follows && flaws.Count < mostFlaws
                && (row.Hash is null || !CryptographicOperations.FixedTimeEquals(row.Hash, row.HashAt(sequence, previous))))
            {
                flaws.Add(new(sequence, row.Id));
            }

            (last, expected, previous) = (sequence, sequence + 1, row.Hash ?? Beginning);
        }

        for (; expected <= (head?.Sequence ?? 0) && flaws.Count < mostFlaws; expected++)
        {
            flaws.Add(new(expected, Row: null));
        }

        var isHeadTrue = head is null
            ? last == 0
            : sealer.Derive(head.KeyId, Purpose, ContentOf(head)) is { } mac && CryptographicOperations.FixedTimeEquals(mac, head.Mac)
                && (head.Sequence != last || CryptographicOperations.FixedTimeEquals(head.Hash, previous)) && head.Sequence >= last;
        return new(last, await database.SecurityEvents.CountAsync(row => row.Sequence == null, cancellation), isHeadTrue, flaws);
    }

    private async Task<int> SealBatchAsync(CancellationToken cancellation)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellation);
        if (!await database.SecurityEvents.AnyAsync(row => row.Sequence == null, cancellation))
        {
            return 0;
        }

        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        await database.AuditHeads.ExecuteUpdateAsync(set => set.SetProperty(row => row.Sequence, row => row.Sequence), cancellation);
        var head = await database.AuditHeads.SingleOrDefaultAsync(cancellation);
        if (head is null)
        {
            head = new AuditHead { Hash = Beginning, Mac = Beginning };
            database.AuditHeads.Add(head);
        }

        var rows = await database.SecurityEvents.Where(row => row.Sequence == null).OrderBy(row => row.Id).Take(BatchSize).ToListAsync(cancellation);
        foreach (var row in rows)
        {
            row.Seal(++head.Sequence, head.Hash);
            head.Hash = row.Hash!;
        }

        head.KeyId = sealer.CurrentKeyId;
        head.Mac = sealer.Derive(head.KeyId, Purpose, ContentOf(head))!;
        await database.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return rows.Count;
    }

    private static byte[] ContentOf(AuditHead head)
    {
        var content = new byte[sizeof(long) + head.Hash.Length];
        BinaryPrimitives.WriteInt64BigEndian(content, head.Sequence);
        head.Hash.CopyTo(content, sizeof(long));
        return content;
    }
}

/// <param name="Row">Null when the row at this place is missing; else what it holds is not what was sealed.</param>
public sealed record AuditFlaw(long Sequence, Guid? Row);

/// <param name="Sealed">The last place in the chain.</param>
/// <param name="Waiting">Events that are not sealed yet.</param>
/// <param name="IsHeadTrue">The end of the chain is the one that the server wrote.</param>
public sealed record AuditFindings(long Sealed, int Waiting, bool IsHeadTrue, IReadOnlyList<AuditFlaw> Flaws)
{
    public bool IsSound => IsHeadTrue && Flaws.Count == 0;
}
