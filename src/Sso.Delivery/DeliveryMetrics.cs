using System.Diagnostics.Metrics;

namespace Sso.Delivery;

/// <summary>What operators can watch about texts.</summary>
public sealed class DeliveryMetrics : IDisposable
{
    public const string MeterName = "Sso.Delivery";
    private readonly Meter _meter;
    private readonly Counter<long> _messages;
    private readonly Counter<long> _stopped;
    private readonly Counter<long> _entered;
    private readonly Counter<long> _receipts;
    private readonly Histogram<double> _latency;

    public DeliveryMetrics()
    {
        // The scope distinguishes the meters of two servers in one process.
        _meter = new Meter(new MeterOptions(MeterName) { Scope = this });
        _messages = _meter.CreateCounter<long>(
            "sso.texts.messages", description: "Messages handed to a route, by route, country and outcome.");
        _stopped = _meter.CreateCounter<long>("sso.texts.stopped", description: "Texts that the spend guard stopped, by limit.");
        _entered = _meter.CreateCounter<long>("sso.texts.entered", description: "Codes that came back.");
        _receipts = _meter.CreateCounter<long>("sso.texts.receipts", description: "Receipts, by route and result.");
        _latency = _meter.CreateHistogram<double>("sso.texts.latency", "s", "From sending to the receipt that it arrived, by route.");
    }

    public void CountMessage(string route, string country, string outcome) =>
        _messages.Add(1, new("route", route), new KeyValuePair<string, object?>("country", country), new("outcome", outcome));

    public void CountStopped(string limit) => _stopped.Add(1, new KeyValuePair<string, object?>("limit", limit));

    public void CountEntered() => _entered.Add(1);

    public void CountReceipt(string route, string result) =>
        _receipts.Add(1, new("route", route), new KeyValuePair<string, object?>("result", result));

    public void Arrived(string route, TimeSpan after) =>
        _latency.Record(after.TotalSeconds, new KeyValuePair<string, object?>("route", route));

    public void Dispose() => _meter.Dispose();
}
