using System.Diagnostics.Metrics;

namespace Sso.Server.Operations;

/// <summary>What operators and the budget test count.</summary>
public sealed class ServerMetrics : IDisposable
{
    public const string MeterName = "Sso.Server";
    private readonly Meter _meter;
    private readonly Counter<long> _signatures;

    public ServerMetrics()
    {
        // The scope tells the meters of two servers in one process apart.
        _meter = new Meter(new MeterOptions(MeterName) { Scope = this });
        _signatures = _meter.CreateCounter<long>("sso.signatures", description: "JWT signatures made, by algorithm.");
    }

    public void CountSignature(string algorithm) => _signatures.Add(1, new KeyValuePair<string, object?>("alg", algorithm));

    public void Dispose() => _meter.Dispose();
}
