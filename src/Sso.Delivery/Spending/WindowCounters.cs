using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Factors;

namespace Sso.Delivery.Spending;

/// <summary>
/// Counters that rise together in one transaction or not at all, so a refusal costs the others nothing; each rises by one conditional
/// statement, so no number of parallel requests passes a cap.
/// </summary>
internal static class WindowCounters
{
    /// <summary>
    /// Null if all have risen, otherwise the one that was full. A transaction of the caller is joined; nothing may be pending in the
    /// context.
    /// </summary>
    public static async Task<WindowCounter?> TryRaiseAsync(
        this SsoDbContext database, IReadOnlyList<WindowCounter> counters, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var transaction =
            database.Database.CurrentTransaction is null ? await database.Database.BeginTransactionAsync(cancellation) : null;
        // Always in this order: two transactions that share several counters then wait for each other in only one direction.
        for (var index = 0; index < counters.Count; index++)
        {
            if (await TryRaiseAsync(database, counters[index], now, cancellation))
            {
                continue;
            }

            if (transaction is null)
            {
                await GiveBackAsync(database, counters.Take(index), cancellation);
            }
            else
            {
                await transaction.RollbackAsync(cancellation);
            }

            return counters[index];
        }

        if (transaction is not null)
        {
            await transaction.CommitAsync(cancellation);
        }

        return null;
    }

    /// <summary>Until the last of the full windows has ended.</summary>
    public static async Task<TimeSpan> WaitAsync(
        this SsoDbContext database, IReadOnlyList<WindowCounter> counters, DateTimeOffset now, CancellationToken cancellation)
    {
        var full = from counter in await CountsAsync(database, counters, now, cancellation)
                   where counter.Count > counter.Counter.Cap - counter.Counter.Weight
                   select counter.Left;
        // Empty if a window ended, or its row was pruned, between the refusal and this query.
        return full.DefaultIfEmpty(TimeSpan.FromSeconds(1)).Max();
    }

    /// <summary>What the current windows hold, and for how long.</summary>
    public static async Task<IReadOnlyList<(WindowCounter Counter, int Count, TimeSpan Left)>> CountsAsync(
        this SsoDbContext database, IReadOnlyList<WindowCounter> counters, DateTimeOffset now, CancellationToken cancellation)
    {
        var keys = counters.Select(counter => counter.Key).ToArray();
        var rows = await database.AttemptCounters.AsNoTracking().Where(row => keys.Contains(row.Key)).ToListAsync(cancellation);
        return
        [
            .. from counter in counters
               join row in rows on Convert.ToHexString(counter.Key) equals Convert.ToHexString(row.Key)
               where row.WindowStart + counter.Window > now
               select (counter, row.Count, row.WindowStart + counter.Window - now),
        ];
    }

    private static async Task<bool> TryRaiseAsync(
        SsoDbContext database, WindowCounter counter, DateTimeOffset now, CancellationToken cancellation)
    {
        if (counter.Weight > counter.Cap)
        {
            return false;
        }

        if (await RaiseAsync(database, counter, now, cancellation))
        {
            return true;
        }

        var key = counter.Key;
        if (await database.AttemptCounters.AnyAsync(row => row.Key == key, cancellation))
        {
            // Full, or inserted by another transaction between the two statements: only a second look can tell.
            return await RaiseAsync(database, counter, now, cancellation);
        }

        var first = new AttemptCounter { Key = key, Count = counter.Weight, WindowStart = now, ExpiresAt = now + counter.Window };
        if (!await database.TryInsertAsync(first, cancellation))
        {
            // Lost the race for the first row: it exists, and is raised like any other.
            return await RaiseAsync(database, counter, now, cancellation);
        }

        // A row that is rolled back must not stay tracked by the context.
        database.Entry(first).State = EntityState.Detached;
        return true;
    }

    private static async Task<bool> RaiseAsync(
        SsoDbContext database, WindowCounter counter, DateTimeOffset now, CancellationToken cancellation)
    {
        var (key, weight, most, over, end) =
            (counter.Key, counter.Weight, counter.Cap - counter.Weight, now - counter.Window, now + counter.Window);
        return await database.AttemptCounters
            .Where(row => row.Key == key && (row.WindowStart <= over || row.Count <= most))
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(row => row.Count, row => row.WindowStart <= over ? weight : row.Count + weight)
                    .SetProperty(row => row.ExpiresAt, row => row.WindowStart <= over ? end : row.ExpiresAt)
                    .SetProperty(row => row.WindowStart, row => row.WindowStart <= over ? now : row.WindowStart),
                cancellation) == 1;
    }

    /// <summary>In the caller's transaction, only what was raised here may be taken back.</summary>
    private static async Task GiveBackAsync(SsoDbContext database, IEnumerable<WindowCounter> raised, CancellationToken cancellation)
    {
        foreach (var counter in raised)
        {
            var (key, weight) = (counter.Key, counter.Weight);
            await database.AttemptCounters
                .Where(row => row.Key == key)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Count, row => row.Count - weight), cancellation);
        }
    }
}
