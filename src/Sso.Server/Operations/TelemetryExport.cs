using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Context.Propagation;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Sso.Server.Operations;

/// <summary>
/// Metrics and traces by OTLP over HTTP. No class of ours derives from one of OpenTelemetry: Razor Pages look at every class of the server,
/// and would load it with them.
/// </summary>
internal static class TelemetryExport
{
    /// <summary>
    /// All of ours, and those of the framework and the driver that an operator sets alarms on. What the others say has labels from open
    /// sets, such as the hosts that clients name.
    /// </summary>
    private static readonly string[] Meters =
        ["Sso.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", Database];

    private const string Database = "Npgsql";

    public static IServiceCollection Add(IServiceCollection services, TelemetryOptions options)
    {
        // The process has one; what visitors send is ignored in the second half of this, and without it OpenTelemetry would read it itself.
        Sdk.SetDefaultTextMapPropagator(new TraceContextPropagator());
        services.AddSingleton<DistributedContextPropagator, OwnTraces>().AddHostedService<TelemetryTrouble>();
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(
                options.ServiceName, serviceVersion: Version, serviceInstanceId: Environment.MachineName))
            .WithMetrics(metrics => metrics
                .AddMeter(Meters)
                // The driver also names its pool by the connection string.
                .AddView(instrument => instrument.Meter.Name == Database
                    ? new MetricStreamConfiguration { TagKeys = ["db.client.connection.state"] }
                    : null)
                .AddOtlpExporter((exporter, reader) =>
                {
                    Address(exporter, options, "v1/metrics");
                    reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)options.MetricsEvery.TotalMilliseconds;
                }));
        if (options.TracedShare > 0)
        {
            services.AddOpenTelemetry().WithTracing(traces => traces
                .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.TracedShare)))
                .AddAspNetCoreInstrumentation(requests =>
                {
                    requests.Filter = http => !http.Request.Path.StartsWithSegments("/health");
                    requests.EnrichWithHttpResponse = BareSpans.Strip;
                })
                .AddOtlpExporter(exporter => Address(exporter, options, "v1/traces")));
        }

        return services;
    }

    private static string? Version => typeof(TelemetryExport).Assembly.GetName().Version?.ToString(3);

    /// <summary>An address that is set is taken as it is: the path of the signal is ours to add.</summary>
    private static void Address(OtlpExporterOptions exporter, TelemetryOptions options, string path)
    {
        exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
        exporter.Endpoint = new Uri($"{options.Endpoint!.TrimEnd('/')}/{path}");
        if (options.Headers.Count > 0)
        {
            // Its own setting for them is one text in which commas separate, and has no way to write one inside a value.
            var create = exporter.HttpClientFactory;
            exporter.HttpClientFactory = () => WithHeaders(create(), options.Headers);
        }
    }

    private static HttpClient WithHeaders(HttpClient client, IReadOnlyDictionary<string, string> headers)
    {
        foreach (var (name, value) in headers)
        {
            client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        }

        return client;
    }
}
