using System.Globalization;
using Sso.Data.Factors;

namespace Sso.Accounts.Limits;

/// <summary>A line of the table of limits: what may be done how often, and who hears when it is too often.</summary>
/// <param name="Name">As the metric tells it; several lines may share one.</param>
/// <param name="Counter">
/// What its counters are kept under; never changed, for they outlive an upgrade. Null if it is counted in the row of what it limits.
/// </param>
/// <param name="Counts">In words, for operators.</param>
/// <param name="Most">So many in a window.</param>
/// <param name="Window">Of time.</param>
/// <param name="Per">Whose are counted together.</param>
/// <param name="Told">Who hears that it was reached.</param>
public sealed record Limit(string Name, string? Counter, string Counts, int Most, TimeSpan Window, string Per, string Told)
{
    /// <summary>In words, where a window does not say it.</summary>
    public string? Waits { get; init; }

    /// <summary>Before the second one; it doubles each time. Zero if only the number is limited.</summary>
    public TimeSpan FirstWait { get; init; }

    /// <summary>The setting that changes it.</summary>
    public string? Setting { get; init; }

    public string HowMany => Waits ?? string.Create(CultureInfo.InvariantCulture, $"{Most} in {InWords(Window)}");

    /// <summary>The counter of one address, person or client.</summary>
    public byte[] KeyOf(string who) =>
        AttemptCounter.KeyOf(Counter ?? throw new InvalidOperationException($"'{Name}' has no counters of its own."), who);

    /// <summary>How long to wait before the next one.</summary>
    /// <param name="made">So many were made.</param>
    public TimeSpan WaitAfter(int made) => FirstWait * Math.Pow(2, made - 1);

    private static string InWords(TimeSpan window) => window switch
    {
        { TotalSeconds: < 60 } => $"{window.TotalSeconds} seconds",
        { TotalMinutes: 1 } => "a minute",
        { TotalMinutes: < 60 } => $"{window.TotalMinutes} minutes",
        { TotalHours: 1 } => "an hour",
        { TotalHours: <= 24 } => "a day",
        _ => $"{window.TotalDays} days",
    };
}
