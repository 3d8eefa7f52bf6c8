using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sso.Testing.Fakes;

/// <summary>
/// A reverse proxy as most are set up: it passes the host on, and adds to X-Forwarded-For from where it was called. It calls from its own
/// address of loopback, so that several in a row are several machines to each other.
/// </summary>
public sealed class ReverseProxy : IAsyncDisposable
{
    private static readonly string[] OfConnection = ["Connection", "Host", "Transfer-Encoding"];

    private readonly WebApplication _application;
    private readonly HttpMessageInvoker _client;

    private ReverseProxy(IPAddress address, IPEndPoint next)
    {
        _client = new HttpMessageInvoker(From(address, next));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address, 0));
        _application = builder.Build();
        _application.Run(ForwardAsync);
    }

    public IPEndPoint EndPoint => IPEndPoint.Parse(new Uri(_application.Urls.Single()).Authority);

    /// <param name="address">Its own, of 127.0.0.0/8.</param>
    /// <param name="next">The server behind it, or the next proxy.</param>
    public static async Task<ReverseProxy> StartAsync(string address, IPEndPoint next)
    {
        var proxy = new ReverseProxy(IPAddress.Parse(address), next);
        await proxy._application.StartAsync();
        return proxy;
    }

    /// <summary>Connections from this address to that place, whatever is asked for.</summary>
    public static SocketsHttpHandler From(IPAddress address, IPEndPoint to) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectCallback = async (_, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, 0));
            await socket.ConnectAsync(to, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _client.Dispose();
    }

    private async Task ForwardAsync(HttpContext http)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(http.Request.Method), $"http://{http.Request.Host}{http.Request.Path}{http.Request.QueryString}");
        if (http.Request.ContentLength > 0)
        {
            request.Content = new StreamContent(http.Request.Body);
        }

        foreach (var (name, values) in http.Request.Headers.Where(header => !OfConnection.Contains(header.Key)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        request.Headers.TryAddWithoutValidation("X-Forwarded-For", http.Connection.RemoteIpAddress!.ToString());
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", http.Request.Scheme);
        using var answer = await _client.SendAsync(request, http.RequestAborted);
        http.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => !OfConnection.Contains(header.Key)))
        {
            http.Response.Headers[name] = values.ToArray();
        }

        await answer.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
    }
}
