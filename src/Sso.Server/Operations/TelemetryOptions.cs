using System.ComponentModel;

namespace Sso.Server.Operations;

/// <summary>Where metrics and traces go by OTLP. Section <c>Telemetry</c> of the configuration.</summary>
internal sealed record TelemetryOptions
{
    public const string Section = "Telemetry";

    /// <summary>The base address of a receiver of OTLP over HTTP; without one nothing is measured for anybody.</summary>
    public string? Endpoint { get; init; }

    /// <summary>What the receiver wants with each call, such as its credentials.</summary>
    [PasswordPropertyText(true)]
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The <c>service.name</c> of everything that is sent.</summary>
    public string ServiceName { get; init; } = "sso";

    public TimeSpan MetricsEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Of all requests, from 0 to 1.</summary>
    public double TracedShare { get; init; } = 0.1;
}
