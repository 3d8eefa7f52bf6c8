using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Factors;

/// <summary>
/// A count of attempts under a hashed name (an account, an address, a number), raised before the attempt is checked, and shared by all
/// nodes.
/// </summary>
public sealed class AttemptCounter
{
    public required byte[] Key { get; init; }

    public int Count { get; set; }

    /// <summary>When the current count began.</summary>
    public DateTimeOffset WindowStart { get; set; }

    /// <summary>Until then, nothing is tried.</summary>
    public DateTimeOffset? BlockedUntil { get; set; }

    /// <summary>When the row may be pruned.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    public static byte[] KeyOf(string kind, string name) => SHA256.HashData(Encoding.UTF8.GetBytes(kind + ":" + name));
}

internal sealed class AttemptCounterTable : IEntityTypeConfiguration<AttemptCounter>
{
    public void Configure(EntityTypeBuilder<AttemptCounter> builder)
    {
        builder.ToTable("AttemptCounters");
        builder.HasKey(counter => counter.Key);
        builder.Property(counter => counter.Key).HasMaxLength(32).IsFixedLength();
        builder.HasIndex(counter => counter.ExpiresAt);
    }
}

/// <summary>The most attempts allowed in a window, counted under a key of <see cref="AttemptCounter.KeyOf"/>.</summary>
public sealed record AttemptLimit(byte[] Key, int Most, TimeSpan Window);

/// <summary>
/// Reservations on counters: an attempt is counted before it is made, in one conditional statement, so that parallel attempts on any number
/// of nodes never exceed a limit.
/// </summary>
public static class AttemptLimits
{
    /// <summary>Failures of one account without a wait; then come waits of 30 s, doubling to 15 min.</summary>
    public const int FreeFailures = 5;

    /// <summary>From so many on an account waits until somebody unlocks it.</summary>
    public const int ClosedAt = 50;

    private static readonly TimeSpan Closed = TimeSpan.FromDays(36_500);

    /// <summary>Failures to which none is added for this long are forgotten, also those of names that nobody has.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(90);

    /// <summary>True for a wait that does not end by itself.</summary>
    public static bool IsClosed(TimeSpan wait) => wait > Remembered;

    /// <summary>
    /// Reserves one of <paramref name="limit"/> attempts in a window; null if reserved, otherwise the time until the window ends.
    /// </summary>
    public static async Task<TimeSpan?> TryReserveAsync(
        this SsoDbContext database, byte[] key, int limit, TimeSpan window, DateTimeOffset now, CancellationToken cancellation)
    {
        var cutoff = now - window;
        var expires = now + window;
        while (true)
        {
            var reserved = await database.AttemptCounters
                .Where(counter => counter.Key == key && (counter.WindowStart <= cutoff || counter.Count < limit))
                .ExecuteUpdateAsync(
                    set => set
                        .SetProperty(counter => counter.Count, counter => counter.WindowStart <= cutoff ? 1 : counter.Count + 1)
                        .SetProperty(counter => counter.ExpiresAt, counter => counter.WindowStart <= cutoff ? expires : counter.ExpiresAt)
                        .SetProperty(counter => counter.WindowStart, counter => counter.WindowStart <= cutoff ? now : counter.WindowStart),
                    cancellation);
            if (reserved == 1)
            {
                return null;
            }

            var row = await database.AttemptCounters.AsNoTracking().SingleOrDefaultAsync(counter => counter.Key == key, cancellation);
            if (row is not null && row.Count >= limit && row.WindowStart > cutoff)
            {
                return row.WindowStart + window - now;
            }

            // A row with room was made by another request since: then it is tried again.
            if (row is null && await database.TryInsertAsync(
                new AttemptCounter { Key = key, Count = 1, WindowStart = now, ExpiresAt = expires }, cancellation))
            {
                return null;
            }
        }
    }

    /// <summary>
    /// Reserves under several limits; null if reserved under all, otherwise the time until the last of the full ones has ended: anybody who
    /// came back earlier would be refused again.
    /// </summary>
    public static async Task<TimeSpan?> TryReserveAsync(
        this SsoDbContext database, IReadOnlyList<AttemptLimit> limits, DateTimeOffset now, CancellationToken cancellation)
    {
        for (var index = 0; index < limits.Count; index++)
        {
            var limit = limits[index];
            if (await database.TryReserveAsync(limit.Key, limit.Most, limit.Window, now, cancellation) is not { } wait)
            {
                continue;
            }

            foreach (var other in limits.Skip(index + 1))
            {
                var row = await database.AttemptCounters.AsNoTracking()
                    .SingleOrDefaultAsync(counter => counter.Key == other.Key, cancellation);
                if (row is not null && row.Count >= other.Most && row.WindowStart + other.Window - now is var left && left > wait)
                {
                    wait = left;
                }
            }

            return wait;
        }

        return null;
    }

    /// <summary>Gives a reservation back: the attempt succeeded, or was not made.</summary>
    public static Task ReleaseAsync(this SsoDbContext database, byte[] key, CancellationToken cancellation) => database.AttemptCounters
        .Where(counter => counter.Key == key && counter.Count > 0)
        .ExecuteUpdateAsync(set => set.SetProperty(counter => counter.Count, counter => counter.Count - 1), cancellation);

    public static async Task<bool> ForgetAsync(this SsoDbContext database, byte[] key, CancellationToken cancellation) =>
        await database.AttemptCounters.Where(counter => counter.Key == key).ExecuteDeleteAsync(cancellation) == 1;

    /// <summary>
    /// Reserves an attempt on an account: free until 5 consecutive failures, then a wait of 30 s doubling to 15 min before each, and closed
    /// at 50 until somebody unlocks it (NIST SP 800-63B §3.2.2). Null if reserved, otherwise the wait. A success must
    /// <see cref="ForgetAsync"/>.
    /// </summary>
    public static async Task<TimeSpan?> TryReserveWithBackoffAsync(
        this SsoDbContext database, byte[] key, DateTimeOffset now, CancellationToken cancellation)
    {
        var (wait1, wait2, wait3, wait4, wait5, longest) = (
            now.AddSeconds(30), now.AddSeconds(60), now.AddSeconds(120), now.AddSeconds(240), now.AddSeconds(480), now.AddSeconds(900));
        var (forgotten, closed) = (now + Remembered, now + Closed);
        while (true)
        {
            var reserved = await database.AttemptCounters
                .Where(counter => counter.Key == key && (counter.BlockedUntil == null || counter.BlockedUntil <= now))
                .ExecuteUpdateAsync(
                    set => set
                        .SetProperty(
                            counter => counter.BlockedUntil,
                            counter => counter.Count + 1 < FreeFailures ? null
                                : counter.Count + 1 == FreeFailures ? wait1
                                : counter.Count + 1 == FreeFailures + 1 ? wait2
                                : counter.Count + 1 == FreeFailures + 2 ? wait3
                                : counter.Count + 1 == FreeFailures + 3 ? wait4
                                : counter.Count + 1 == FreeFailures + 4 ? wait5
                                : counter.Count + 1 < ClosedAt ? longest
                                : closed)
                        .SetProperty(counter => counter.Count, counter => counter.Count + 1)
                        .SetProperty(counter => counter.ExpiresAt, counter => counter.Count + 1 < ClosedAt ? forgotten : closed),
                    cancellation);
            if (reserved == 1)
            {
                return null;
            }

            var row = await database.AttemptCounters.AsNoTracking().SingleOrDefaultAsync(counter => counter.Key == key, cancellation);
            if (row is { BlockedUntil: { } until } && until > now)
            {
                return until - now;
            }

            if (row is null
                && await database.TryInsertAsync(
                    new AttemptCounter { Key = key, Count = 1, WindowStart = now, ExpiresAt = forgotten }, cancellation))
            {
                return null;
            }
        }
    }
}
