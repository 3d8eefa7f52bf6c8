namespace Sso.Extensions.SlowDown;

/// <summary>How often a client may poll (RFC 8628 §3.5): a poll that comes too early makes the interval longer from then on.</summary>
/// <param name="PolledAt">When it last asked; null before the first time.</param>
/// <param name="Interval">The time required between two polls.</param>
public readonly record struct PollingPace(DateTimeOffset? PolledAt, TimeSpan Interval)
{
    private static readonly TimeSpan Longer = TimeSpan.FromSeconds(5);

    /// <summary>Two polls that were sent at the right interval may arrive closer together.</summary>
    private static readonly TimeSpan Jitter = TimeSpan.FromMilliseconds(500);

    public bool IsEarly(DateTimeOffset now) => PolledAt is { } last && now - last < Interval - Jitter;

    public PollingPace After(DateTimeOffset now) => new(now, IsEarly(now) ? Interval + Longer : Interval);
}
