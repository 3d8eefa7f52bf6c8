using System.Diagnostics.Tracing;
using System.Globalization;

namespace Sso.Server.Operations;

/// <summary>Says when telemetry does not arrive, at most once in ten minutes: OpenTelemetry itself drops it without a word.</summary>
internal sealed partial class TelemetryTrouble(TimeProvider clock, ILogger<TelemetryTrouble> log) : EventListener, IHostedService
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private DateTimeOffset _next;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Exporter)
        {
            EnableEvents(eventSource, EventLevel.Warning);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            if (now < _next)
            {
                return;
            }

            _next = now + Pause;
        }

        var said = string.Format(CultureInfo.InvariantCulture, eventData.Message ?? "{0}", [.. eventData.Payload ?? []]);
        // What follows are calls inside the exporter.
        NotExported(log, said.Split('\n')[0].TrimEnd());
    }

    [LoggerMessage(EventId = 1116, Level = LogLevel.Warning, Message = "Metrics or traces were not exported: {Problem}")]
    private static partial void NotExported(ILogger log, string problem);
}
