using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sso.Data;
using Sso.Data.Factors;

namespace Sso.Delivery;

/// <summary>
/// Counts a text before it is sent, per number, account, address and for all nodes together (security.md 0.2). The six counters rise in one transaction
/// or not at all, so a refusal costs the others nothing; each rises by one conditional statement, so no number of parallel requests passes a cap.
/// </summary>
public sealed class SendLimits(IOptions<DeliveryOptions> options)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>
    /// Null when the text may leave, else how long to wait. The address comes as it is counted everywhere: IPv4 whole, IPv6 by its /64.
    /// Nothing may be pending in the context; a transaction of the caller is joined.
    /// </summary>
    public async Task<TimeSpan?> TryReserveAsync(
        SsoDbContext database, PhoneNumber number, Guid personId, string address, DateTimeOffset now, CancellationToken cancellation)
    {
        var counters = Counters(number, personId, address);
        await using var transaction = database.Database.CurrentTransaction is null ? await database.Database.BeginTransactionAsync(cancellation) : null;
        // Always in this order: two transactions that share several counters then wait for each other in one direction only.
        for (var index = 0; index < counters.Length; index++)
        {
            if (await TryRaiseAsync(database, counters[index], now, cancellation))
            {
                continue;
            }

            await GiveBackAsync(database, counters[..index], transaction is null, cancellation);
            if (transaction is not null)
            {
                await transaction.RollbackAsync(cancellation);
            }

            return await WaitAsync(database, counters, now, cancellation);
        }

        if (transaction is not null)
        {
            await transaction.CommitAsync(cancellation);
        }

        return null;
    }

    private static async Task<bool> TryRaiseAsync(SsoDbContext database, Counter counter, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await RaiseAsync(database, counter, now, cancellation))
        {
            return true;
        }

        if (await database.AttemptCounters.AnyAsync(row => row.Key == counter.Key, cancellation))
        {
            // Full, or inserted by another transaction between the two statements: only a second look tells.
            return await RaiseAsync(database, counter, now, cancellation);
        }

        var first = new AttemptCounter { Key = counter.Key, Count = 1, WindowStart = now, ExpiresAt = now + counter.Window };
        if (!await database.TryInsertAsync(first, cancellation))
        {
            // Lost the race for the first row: it exists, and is raised like any other.
            return await RaiseAsync(database, counter, now, cancellation);
        }

        // A row that is rolled back must not stay known to the context.
        database.Entry(first).State = EntityState.Detached;
        return true;
    }

    private static async Task<bool> RaiseAsync(SsoDbContext database, Counter counter, DateTimeOffset now, CancellationToken cancellation)
    {
        var (key, cap, over, end) = (counter.Key, counter.Cap, now - counter.Window, now + counter.Window);
        return await database.AttemptCounters
            .Where(row => row.Key == key && (row.WindowStart <= over || row.Count < cap))
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(row => row.Count, row => row.WindowStart <= over ? 1 : row.Count + 1)
                    .SetProperty(row => row.ExpiresAt, row => row.WindowStart <= over ? end : row.ExpiresAt)
                    .SetProperty(row => row.WindowStart, row => row.WindowStart <= over ? now : row.WindowStart),
                cancellation) == 1;
    }

    /// <summary>In the caller's transaction nothing can be rolled back but what was raised here.</summary>
    private static async Task GiveBackAsync(SsoDbContext database, Counter[] raised, bool joined, CancellationToken cancellation)
    {
        foreach (var counter in joined ? raised : [])
        {
            await database.AttemptCounters
                .Where(row => row.Key == counter.Key)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Count, row => row.Count - 1), cancellation);
        }
    }

    /// <summary>Until the last of the full windows has ended.</summary>
    private static async Task<TimeSpan> WaitAsync(SsoDbContext database, Counter[] counters, DateTimeOffset now, CancellationToken cancellation)
    {
        var keys = counters.Select(counter => counter.Key).ToArray();
        var rows = await database.AttemptCounters.AsNoTracking().Where(row => keys.Contains(row.Key)).ToListAsync(cancellation);
        var full = from counter in counters
                   join row in rows on Convert.ToHexString(counter.Key) equals Convert.ToHexString(row.Key)
                   where row.Count >= counter.Cap && row.WindowStart + counter.Window > now
                   select row.WindowStart + counter.Window - now;
        // Empty when a window ended, or its row was pruned, between the refusal and this question.
        return full.DefaultIfEmpty(TimeSpan.FromSeconds(1)).Max();
    }

    private Counter[] Counters(PhoneNumber number, Guid personId, string address)
    {
        var limits = options.Value.Limits;
        return
        [
            new("text-number-hour", number.E164, limits.PerNumberAndHour, Hour),
            new("text-number-day", number.E164, limits.PerNumberAndDay, Day),
            new("text-account-day", personId.ToString("N"), limits.PerAccountAndDay, Day),
            new("text-address-hour", address, limits.PerAddressAndHour, Hour),
            new("text-all-hour", "", limits.PerHour, Hour),
            new("text-all-day", "", limits.PerDay, Day),
        ];
    }

    private sealed record Counter(byte[] Key, int Cap, TimeSpan Window)
    {
        public Counter(string kind, string name, int cap, TimeSpan window)
            : this(AttemptCounter.KeyOf(kind, name), cap, window)
        {
        }
    }
}
