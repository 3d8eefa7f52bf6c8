using System.Diagnostics;
using System.Diagnostics.Metrics;
using Sso.Data.Operations;

namespace Sso.Server.Operations;

/// <summary>
/// What operators watch and the budget test counts. Every label is from a closed set: nobody can flood the metrics, and nobody is named in
/// them.
/// </summary>
internal sealed class ServerMetrics : IDisposable
{
    public const string MeterName = "Sso.Server";
    private readonly Meter _meter;
    private readonly Counter<long> _signatures;
    private readonly Counter<long> _events;
    private readonly Counter<long> _blocked;
    private readonly Counter<long> _webhooks;
    private readonly Counter<long> _unnoted;

    public ServerMetrics()
    {
        // The scope distinguishes the meters of two servers in one process.
        _meter = new Meter(new MeterOptions(MeterName) { Scope = this });
        _signatures = _meter.CreateCounter<long>("sso.signatures", description: "JWT signatures made, by algorithm.");
        _events = _meter.CreateCounter<long>(
            "sso.security.events", description: "Security events, by kind and, where there is one, by method.");
        _blocked = _meter.CreateCounter<long>(
            "sso.requests.blocked", description: "Requests that were refused as forged or unusable, by reason.");
        _webhooks = _meter.CreateCounter<long>(
            "sso.webhooks.attempts", description: "Messages to webhooks, by what came of each attempt: delivered, retried or given-up.");
        _unnoted = _meter.CreateCounter<long>(
            "sso.keys.fetches.unnoted",
            description: "Addresses of fetches of the key set, or of applications, that were not noted because there were too many.");
        _meter.CreateObservableGauge(
            "sso.keys.fetches.missing", () => FetchesMissing, "{clients}",
            "Applications at work that have not fetched keys which begin to sign within five days or began within the last five, on the "
                + "node that does the housekeeping.");
        _meter.CreateObservableGauge(
            "sso.clients.secrets.ending", () => SecretsEnding?.Invoke() ?? [], "{clients}",
            "Enabled applications whose last secret has ended, or ends within so many days: each counts once, where it is worst.");
        _meter.CreateObservableGauge(
            "sso.imports.late", () => ImportsLate, "{imports}",
            "Confirmed imports of people that nobody works on, or that fail again and again, on the node that does the housekeeping.");
        _meter.CreateObservableGauge("sso.clock.difference", () => ClockDifference, "s", "The database's clock minus this node's.");
    }

    public double ClockDifference { get; set; }

    /// <summary>As of the last minute; 0 on every node but one.</summary>
    public int ImportsLate { get; set; }

    /// <summary>As of the last minute; 0 on every node but one.</summary>
    public int FetchesMissing { get; set; }

    /// <summary>Who knows the applications says it when it is asked.</summary>
    public Func<IEnumerable<Measurement<int>>>? SecretsEnding { get; set; }

    public void CountSignature(string algorithm) => _signatures.Add(1, new KeyValuePair<string, object?>("alg", algorithm));

    /// <param name="item">Of this version, whose methods are in their columns.</param>
    public void CountEvent(SecurityEvent item)
    {
        var labels = new TagList { { "kind", item.Kind.ToString() } };
        if ((item.Method ?? ProofMethods.Foremost(item.Methods?.Each ?? [])) is { } method)
        {
            labels.Add("method", method.ToString());
        }

        _events.Add(1, labels);
    }

    /// <param name="reason">A constant of the caller.</param>
    public void CountBlocked(string reason) => _blocked.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <param name="result">A constant of the caller.</param>
    /// <param name="messages">Of how many at once.</param>
    public void CountWebhook(string result, int messages = 1) =>
        _webhooks.Add(messages, new KeyValuePair<string, object?>("result", result));

    public void CountUnnoted() => _unnoted.Add(1);

    public void Dispose() => _meter.Dispose();
}
