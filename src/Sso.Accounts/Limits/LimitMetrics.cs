using System.Diagnostics.Metrics;

namespace Sso.Accounts.Limits;

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
