using System.Globalization;
using Sso.Data.Factors;

namespace Sso.Accounts.Limits;

/// <summary>A line of the table of limits: what may be done how often, and who hears when it is too often.</summary>
/// <param name="Name">As the metric tells it; several lines may share one.</param>
/// <param name="Counter">What its counters are kept under; never changed, for they outlive an upgrade.</param>
/// <param name="Counts">In words, for operators.</param>
/// <param name="Most">So many in a window.</param>
/// <param name="Window">Of time.</param>
/// <param name="Per">Whose are counted together.</param>
/// <param name="Told">Who hears that it was reached.</param>
public sealed record Limit(string Name, string Counter, string Counts, int Most, TimeSpan Window, string Per, string Told)
{
    /// <summary>In words, where a window does not say it.</summary>
    public string? Waits { get; init; }

    /// <summary>The setting that changes it.</summary>
    public string? Setting { get; init; }

    public string HowMany => Waits ?? string.Create(CultureInfo.InvariantCulture, $"{Most} in {InWords(Window)}");

    /// <summary>The counter of one address, person or client.</summary>
    public byte[] KeyOf(string who) => AttemptCounter.KeyOf(Counter, who);

    private static string InWords(TimeSpan window) => window switch
    {
        { TotalSeconds: < 60 } => $"{window.TotalSeconds} seconds",
        { TotalMinutes: 1 } => "a minute",
        { TotalMinutes: < 60 } => $"{window.TotalMinutes} minutes",
        { TotalHours: 1 } => "an hour",
        _ => "a day",
    };
}
