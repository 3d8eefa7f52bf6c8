using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Sso.Testing.Fakes;

/// <summary>
/// Whatever the server calls: the key sets, request objects and logout endpoints of applications, on loopback. It
/// counts connections and records requests.
/// </summary>
public sealed class Peer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private int _connections;

    private Peer(X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => Configure(listen, certificate)));
        builder.WebHost.UseKestrelHttpsConfiguration();
        _application = builder.Build();
        _application.Run(AnswerAsync);
    }

    /// <summary>What a test may say to any path; 404 for the others.</summary>
    public ConcurrentDictionary<string, RequestDelegate> Paths { get; } = new();

    /// <summary>Method, path and body of each request, in order.</summary>
    public ConcurrentQueue<PeerRequest> Requests { get; } = new();

    /// <summary>How many connections were opened, whatever was said on them.</summary>
    public int Connections => _connections;

    /// <summary>Scheme, 127.0.0.1 and port.</summary>
    public Uri Address => new(_application.Urls.Single());

    /// <summary>The entry of <c>Outgoing:AllowedHosts</c> that opens it.</summary>
    public string HostAndPort => Address.Authority;

    /// <param name="certificate">With it the peer speaks TLS.</param>
    public static async Task<Peer> StartAsync(X509Certificate2? certificate = null)
    {
        var peer = new Peer(certificate);
        await peer._application.StartAsync();
        return peer;
    }

    public Uri At(string path) => new(Address, path);

    /// <summary>A path that answers with a JSON document.</summary>
    public void Publish(string path, Func<string> json, string mediaType = "application/json") => Paths[path] = http =>
    {
        http.Response.ContentType = mediaType;
        return http.Response.WriteAsync(json());
    };

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private void Configure(ListenOptions listen, X509Certificate2? certificate)
    {
        listen.Use(next => connection =>
        {
            Interlocked.Increment(ref _connections);
            return next(connection);
        });
        if (certificate is not null)
        {
            listen.UseHttps(certificate);
        }
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        Requests.Enqueue(new PeerRequest(
            http.Request.Method, http.Request.Path,
            http.Request.Headers.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()), await reader.ReadToEndAsync())
        {
            Query = http.Request.QueryString.Value ?? "",
        });
        if (Paths.TryGetValue(http.Request.Path, out var answer))
        {
            await answer(http);
        }
        else
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }
}
