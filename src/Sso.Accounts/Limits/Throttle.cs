using System.Diagnostics.Metrics;
using Sso.Data;
using Sso.Data.Factors;

namespace Sso.Accounts.Limits;

/// <summary>
/// Keeps the limits of <see cref="LimitTable"/>, counted in rows before anything is tried. A reservation is null if it was made, otherwise
/// the time to wait. The limits of each subject are in a file of their own beside this one.
/// </summary>
public sealed partial class Throttle(
    SsoDbContext database, LimitTable limits, LimitMetrics metrics, TimeProvider clock, ILogger<Throttle> log)
{
    /// <summary>The window of <see cref="LimitOptions"/>: whoever has waited this long may ask again in any case.</summary>
    public static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>For a limit that is counted in the row of what it limits: it was reached.</summary>
    public void Reached(Limit limit) => metrics.Count(limit);

    private async Task<TimeSpan?> ReserveAsync(Limit limit, string who, CancellationToken cancellation) =>
        Counted(limit, await database.TryReserveAsync(limit.KeyOf(who), limit.Most, limit.Window, clock.GetUtcNow(), cancellation));

    /// <summary>Under several limits of one name.</summary>
    private async Task<TimeSpan?> ReserveAllAsync((Limit Limit, string Who)[] several, CancellationToken cancellation) => Counted(
        several[0].Limit,
        await database.TryReserveAsync(
            [.. several.Select(one => new AttemptLimit(one.Limit.KeyOf(one.Who), one.Limit.Most, one.Limit.Window))],
            clock.GetUtcNow(), cancellation));

    /// <summary>No limit, only a memory: what comes again within the window is the same.</summary>
    private async Task<bool> IsFirstAsync(byte[] key, TimeSpan window, CancellationToken cancellation) =>
        await database.TryReserveAsync(key, 1, window, clock.GetUtcNow(), cancellation) is null;

    private TimeSpan? Counted(Limit limit, TimeSpan? wait)
    {
        if (wait is not null)
        {
            metrics.Count(limit);
        }

        return wait;
    }
}

/// <summary>What operators see of the limits. Its label is from a closed set.</summary>
public sealed class LimitMetrics : IDisposable
{
    public const string MeterName = "Sso.Accounts";

    private readonly Meter _meter;
    private readonly Counter<long> _limited;

    public LimitMetrics()
    {
        // The scope distinguishes the meters of two servers in one process.
        _meter = new Meter(new MeterOptions(MeterName) { Scope = this });
        _limited = _meter.CreateCounter<long>(
            "sso.signin.limited", description: "Attempts that were not made because a limit was reached, by limit.");
    }

    public void Count(Limit limit) => _limited.Add(1, new KeyValuePair<string, object?>("limit", limit.Name));

    public void Dispose() => _meter.Dispose();
}
