using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sso.Testing.Fakes;

/// <summary>A receiver of OTLP over HTTP on loopback. Protobuf leaves texts and ids as they are, so that they can be looked for.</summary>
public sealed class TelemetryFake : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentQueue<byte[]> _metrics = new();
    private readonly ConcurrentQueue<byte[]> _traces = new();
    private readonly ConcurrentDictionary<string, string> _headers = new(StringComparer.OrdinalIgnoreCase);

    private TelemetryFake(WebApplication application) => _application = application;

    /// <summary>Below a path, as behind a gateway.</summary>
    public string Endpoint => _application.Urls.Single() + "/otlp";

    /// <summary>Of the latest call.</summary>
    public IReadOnlyDictionary<string, string> Headers => _headers;

    public static async Task<TelemetryFake> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var application = builder.Build();
        var fake = new TelemetryFake(application);
        application.MapPost("/otlp/v1/metrics", http => fake.TakeAsync(http, fake._metrics));
        application.MapPost("/otlp/v1/traces", http => fake.TakeAsync(http, fake._traces));
        await application.StartAsync();
        return fake;
    }

    public bool HasMetric(string text) => Has(_metrics, Encoding.UTF8.GetBytes(text));

    public bool HasInTraces(string text) => Has(_traces, Encoding.UTF8.GetBytes(text));

    public bool HasInTraces(byte[] id) => Has(_traces, id);

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext http, ConcurrentQueue<byte[]> bodies)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        bodies.Enqueue(body.ToArray());
        foreach (var (name, value) in http.Request.Headers)
        {
            _headers[name] = value.ToString();
        }

        http.Response.ContentType = "application/x-protobuf";
    }

    private static bool Has(IEnumerable<byte[]> bodies, byte[] text) => bodies.Any(body => body.AsSpan().IndexOf(text) >= 0);
}
