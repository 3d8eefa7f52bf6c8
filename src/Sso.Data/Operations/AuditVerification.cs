using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Secrets;

namespace Sso.Data.Operations;

/// <summary>
/// Goes through the record of security events and names whatever is not as the server sealed it. It only reads, and the server may run
/// meanwhile.
/// </summary>
public sealed class AuditVerification(IDbContextFactory<SsoDbContext> contexts, Sealer sealer)
{
    private int _running;

    /// <summary>
    /// Only the newest places, and nothing while another such look goes on in this process: it reads every row of them. Null if one does.
    /// </summary>
    public async Task<AuditFindings?> TryRunLatestAsync(int mostFlaws, int latest, CancellationToken cancellation)
    {
        if (Interlocked.Exchange(ref _running, 1) == 1)
        {
            return null;
        }

        try
        {
            return await RunAsync(mostFlaws, cancellation, latest);
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }

    /// <param name="mostFlaws">How many are named.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <param name="latest">So many of the newest places; null for all that are kept.</param>
    public async Task<AuditFindings> RunAsync(int mostFlaws, CancellationToken cancellation, int? latest = null)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellation);
        var waiting = await database.SecurityEvents.CountAsync(row => row.Sequence == null && row.Hash == null, cancellation);
        var head = await HeadAsync(database, cancellation);
        var key = head is null ? null : AuditKey.TryOpen(head, sealer);
        if (head is null || key is null)
        {
            // Untouched since the installation, or not ours: then nothing in it can be believed.
            var isVirgin = head is { Key.Length: 0, Sequence: 0 }
                && !await database.SecurityEvents.AnyAsync(row => row.Sequence != null, cancellation);
            return new(0, 1, waiting, isVirgin, KeptFrom: null, [.. await StraysAsync(database, 0, mostFlaws, cancellation)]);
        }

        var flaws = new FlawList(mostFlaws);
        var first = Math.Max(head.DeletedThrough + 1, latest is { } most ? head.Sequence - most + 1 : 0);
        var end = await ReadAsync(database, head, key, first, flaws, cancellation);
        foreach (var stray in await StraysAsync(database, head.Sequence, mostFlaws, cancellation))
        {
            flaws.Add(stray);
        }

        var now = await HeadAsync(database, cancellation) ?? head;
        var isNowTrue = AuditKey.TryOpen(now, sealer) is not null;
        // What the server sealed or deleted by rule while we were reading is no flaw.
        var remaining = isNowTrue ? flaws.Where(flaw => !IsExplainedBy(now, head, flaw)).ToList() : [.. flaws];
        var isEndTrue = isNowTrue
            && (remaining.Count > 0 || now.DeletedThrough != head.DeletedThrough
                // A part of the chain does not lead from one signed end to the other; each of its rows is signed with its place.
                || first > head.DeletedThrough + 1
                || CryptographicOperations.FixedTimeEquals(end, head.Hash));
        return new(head.Sequence, first, waiting, isEndTrue, now.KeptFrom, remaining);
    }

    private static Task<AuditHead?> HeadAsync(SsoDbContext database, CancellationToken cancellation) =>
        database.AuditHeads.AsNoTracking().SingleOrDefaultAsync(cancellation);

    /// <summary>Reads every row from the first to the end; returns what the end has to be if it began at the checkpoint.</summary>
    private static async Task<byte[]> ReadAsync(
        SsoDbContext database, AuditHead head, AuditKey key, long first, FlawList flaws, CancellationToken cancellation)
    {
        var (expected, end) = (first, head.DeletedHash);
        // Places before the checkpoint are looked at too: nothing may be there.
        var from = first > head.DeletedThrough + 1 ? first : long.MinValue;
        await foreach (var row in database.SecurityEvents.AsNoTracking()
            .Where(row => row.Sequence != null && row.Sequence >= from && row.Sequence <= head.Sequence)
            .OrderBy(row => row.Sequence).AsAsyncEnumerable().WithCancellation(cancellation))
        {
            var sequence = row.Sequence!.Value;
            if (sequence < expected)
            {
                flaws.Add(new(AuditFlawKind.NotOurs, sequence, row.Id));
                continue;
            }

            flaws.AddMissing(expected, sequence);
            if (!key.IsTrue(row))
            {
                flaws.Add(new(AuditFlawKind.Changed, sequence, row.Id));
            }

            (expected, end) = (sequence + 1, AuditKey.Next(end, row.Hash ?? []));
        }

        flaws.AddMissing(expected, head.Sequence + 1);
        return end;
    }

    /// <summary>Rows beyond the end, and rows that have a hash but no place.</summary>
    private static async Task<IEnumerable<AuditFlaw>> StraysAsync(SsoDbContext database, long end, int most, CancellationToken cancellation)
    {
        var rows = await database.SecurityEvents.AsNoTracking()
            .Where(row => row.Sequence > end || (row.Sequence == null && row.Hash != null))
            .OrderBy(row => row.Sequence).Take(most).Select(row => new { row.Id, row.Sequence }).ToListAsync(cancellation);
        return rows.Select(
            row => new AuditFlaw(row.Sequence is null ? AuditFlawKind.TornOut : AuditFlawKind.NotOurs, row.Sequence, row.Id));
    }

    private static bool IsExplainedBy(AuditHead now, AuditHead former, AuditFlaw flaw) => flaw.Kind switch
    {
        AuditFlawKind.NotOurs => flaw.Sequence > former.Sequence && flaw.Sequence <= now.Sequence,
        AuditFlawKind.Deleted => flaw.Sequence > former.DeletedThrough && flaw.Sequence <= now.DeletedThrough,
        _ => false,
    };

    private sealed class FlawList(int most) : List<AuditFlaw>
    {
        public new void Add(AuditFlaw flaw)
        {
            if (Count < most)
            {
                base.Add(flaw);
            }
        }

        public void AddMissing(long from, long until)
        {
            for (; from < until && Count < most; from++)
            {
                Add(new(AuditFlawKind.Deleted, from, Row: null));
            }
        }
    }
}

/// <summary>What is wrong at a place of the record.</summary>
public enum AuditFlawKind
{
    /// <summary>The row is no longer as it was sealed.</summary>
    Changed,

    /// <summary>The row of the place is missing, and no rule of retention deleted it.</summary>
    Deleted,

    /// <summary>The row claims a place that the server has not assigned.</summary>
    NotOurs,

    /// <summary>The row was sealed and has lost its place.</summary>
    TornOut,
}

public sealed record AuditFlaw(AuditFlawKind Kind, long? Sequence, Guid? Row);

/// <param name="Sealed">The last place in the chain.</param>
/// <param name="First">The first place that was looked at.</param>
/// <param name="Waiting">Events that are not sealed yet.</param>
/// <param name="IsHeadTrue">The two ends of the chain are those that the server wrote.</param>
/// <param name="KeptFrom">Older events were deleted, because their time was over; null if none were.</param>
public sealed record AuditFindings(
    long Sealed, long First, int Waiting, bool IsHeadTrue, DateTimeOffset? KeptFrom, IReadOnlyList<AuditFlaw> Flaws)
{
    /// <summary>How many places were looked at.</summary>
    public long Seen => Math.Max(0, Sealed - First + 1);

    public bool IsSound => IsHeadTrue && Flaws.Count == 0;
}
