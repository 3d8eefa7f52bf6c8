using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Sso.Admin.Outgoing;
using Sso.Admin.Webhooks;
using Sso.Data.Secrets;
using Sso.Extensions.Host;
using Sso.Protocol.Outgoing;
using Sso.Server.Operations;

namespace Sso.Server.Outgoing;

/// <summary>
/// The one client for addresses that registrations name: key sets, request objects, sector identifiers, metadata documents, logout and
/// notification endpoints. It resolves the name itself, connects to the very address that it judged, follows no redirect, and every failure
/// looks the same. Webhooks have places of their own, so that receivers that do not answer keep no sign-in waiting for a key set.
/// </summary>
internal sealed partial class OutgoingHttp : IClientDocumentFetcher, IDisposable
{
    /// <summary>The longest body, in bytes.</summary>
    public const int LongestAnswer = 64 * 1024;
    public const int MostAtOnce = 20;
    public const int MostPerHost = 2;

    /// <summary>Messages for one webhook that are under way at once.</summary>
    public const int MostPerWebhook = 2;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Failures are answered in steps of this: their timing tells no closed port from wrong content.</summary>
    private static readonly TimeSpan FailureStep = TimeSpan.FromSeconds(1);

    private readonly OutgoingPolicy _policy;
    private readonly NameLookup _lookUp;
    private readonly TimeSpan _timeout;
    private readonly ServerMetrics _metrics;
    private readonly ILogger<OutgoingHttp> _log;
    private readonly X509Certificate2Collection _trusted = [];
    private readonly Places _ofRegistrations;

    /// <summary>As many as there can be messages under way: whoever sends them has limited them, and none waits here.</summary>
    private readonly Places _ofWebhooks;

    public OutgoingHttp(
        OutgoingPolicy policy, OutgoingOptions options, NameLookup lookUp, ServerMetrics metrics, ILogger<OutgoingHttp> log)
    {
        (_policy, _timeout, _lookUp, _metrics, _log) = (policy, options.Timeout, lookUp, metrics, log);
        if (options.TrustedCertificatesFile is { } file)
        {
            _trusted.ImportFromPemFile(file);
        }

        _ofRegistrations = new Places(MostAtOnce, MostPerHost, CreateClient);
        const int MostMessages = AddWebhook.Most * MostPerWebhook;
        _ofWebhooks = new Places(MostMessages, MostMessages, CreateClient);
    }

    public Task<byte[]?> FetchAsync(
        Client client, string address, IReadOnlyCollection<string> mediaTypes, CancellationToken cancellation) =>
        FetchAsync(address, mediaTypes, client.RegisteredBy, cancellation);

    /// <summary>A document of at most 64 KiB; null for every failure.</summary>
    /// <param name="mediaTypes">The types that the answer may declare.</param>
    /// <param name="by">Who registered the address.</param>
    public async Task<byte[]?> FetchAsync(
        string address, IReadOnlyCollection<string> mediaTypes, RegisteredBy by, CancellationToken cancellation)
    {
        if (_policy.FindFlaw(address, by) is { } flaw)
        {
            Block(flaw);
            return null;
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        foreach (var mediaType in mediaTypes)
        {
            request.Headers.Accept.ParseAdd(mediaType);
        }

        var time = new TimePadding(FailureStep);
        var body = await SendAsync(_ofRegistrations, request, by, (answer, limit) => ReadAsync(answer, mediaTypes, limit), cancellation);
        if (body is null)
        {
            await time.PassAsync(cancellation);
        }

        return body;
    }

    /// <summary>Posts, and returns what was answered, without its body, which is not read; null if nothing was.</summary>
    /// <param name="bearer">What the application gave us for authentication (CIBA §10.2); null for none.</param>
    /// <param name="by">Who registered the address.</param>
    public Task<OutgoingAnswer?> PostAsync(
        string address, HttpContent content, string? bearer, RegisteredBy by, CancellationToken cancellation) =>
        PostAsync(_ofRegistrations, address, content, bearer, by, cancellation);

    /// <summary>The same for a webhook, which an operator has registered.</summary>
    public Task<OutgoingAnswer?> PostToWebhookAsync(string address, HttpContent content, CancellationToken cancellation) =>
        PostAsync(_ofWebhooks, address, content, bearer: null, RegisteredBy.Operator, cancellation);

    public void Dispose()
    {
        _ofRegistrations.Dispose();
        _ofWebhooks.Dispose();
    }

    private async Task<OutgoingAnswer?> PostAsync(
        Places places, string address, HttpContent content, string? bearer, RegisteredBy by, CancellationToken cancellation)
    {
        if (_policy.FindFlaw(address, by) is { } flaw)
        {
            Block(flaw);
            return null;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        request.Headers.Authorization = bearer is null ? null : new AuthenticationHeaderValue("Bearer", bearer);
        return await SendAsync<OutgoingAnswer>(
            places, request, by, (answer, _) => Task.FromResult<OutgoingAnswer?>(new(answer.StatusCode, answer.Headers.RetryAfter)),
            cancellation);
    }

    private HttpClient CreateClient(RegisteredBy by, int mostPerHost)
    {
        var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = (context, cancellation) => ConnectAsync(context, by, cancellation),
            ConnectTimeout = ConnectTimeout,
            MaxConnectionsPerServer = mostPerHost,
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 0,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            Credentials = null,
            PreAuthenticate = false,
            ActivityHeadersPropagator = null,
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                RemoteCertificateValidationCallback = IsTrusted,
            },
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = HttpVersion.Version11,
        };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Sso", null));
        http.DefaultRequestHeaders.AcceptEncoding.ParseAdd("identity");
        return http;
    }

    private async Task<T?> SendAsync<T>(
        Places places,
        HttpRequestMessage request,
        RegisteredBy by,
        Func<HttpResponseMessage, CancellationToken, Task<T?>> read,
        CancellationToken cancellation)
    {
        // Waiting and calling have a limit each: whoever had to wait is still given the time of a call.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_timeout);
        // The limit of the host first: a call that waits for a slow host must not take a place from the others.
        var host = places.OfHost(request.RequestUri!.Authority);
        var (isNext, placed) = (false, false);
        try
        {
            await host.WaitAsync(patience.Token);
            isNext = true;
            await places.All.WaitAsync(patience.Token);
            placed = true;
            limit.CancelAfter(_timeout);
            using var answer = await places.Clients[by].SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return await read(answer, limit.Token);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException
            || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            Fail(request, "no answer", failure);
            return default;
        }
        finally
        {
            if (placed)
            {
                places.All.Release();
            }

            if (isNext)
            {
                host.Release();
            }
        }
    }

    private async Task<byte[]?> ReadAsync(
        HttpResponseMessage answer, IReadOnlyCollection<string> mediaTypes, CancellationToken cancellation)
    {
        var content = answer.Content;
        if (answer.StatusCode != HttpStatusCode.OK
            || content.Headers.ContentEncoding.Count > 0
            || content.Headers.ContentType?.MediaType is not { } mediaType
            || !mediaTypes.Contains(mediaType, StringComparer.OrdinalIgnoreCase))
        {
            Fail(answer.RequestMessage!, $"{(int)answer.StatusCode} {content.Headers.ContentType?.MediaType}");
            return null;
        }

        await content.LoadIntoBufferAsync(LongestAnswer, cancellation);
        return await content.ReadAsByteArrayAsync(cancellation);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, RegisteredBy by, CancellationToken cancellation)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await _lookUp(host, cancellation);
        // One internal address among several is enough: a name that is half internal was made so on purpose.
        if (addresses.Length == 0
            || (!_policy.IsAllowed(context.InitialRequestMessage.RequestUri!, by) && !addresses.All(PublicAddress.IsPublic)))
        {
            throw new HttpRequestException("The name leads inside or nowhere.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            throw new HttpRequestException(failure.SocketErrorCode.ToString(), failure);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None || errors != SslPolicyErrors.RemoteCertificateChainErrors
            || _trusted.Count == 0 || certificate is null)
        {
            return errors == SslPolicyErrors.None;
        }

        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(_trusted);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid("1.3.6.1.5.5.7.3.1"));
        foreach (var sent in chain?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            own.ChainPolicy.ExtraStore.Add(sent.Certificate);
        }

        return own.Build((X509Certificate2)certificate);
    }

    private void Block(string flaw)
    {
        _metrics.CountBlocked("outgoing-address");
        Refused(_log, flaw);
    }

    private void Fail(HttpRequestMessage request, string kind, Exception? exception = null)
    {
        var uri = request.RequestUri!;
        Failed(_log, exception, uri.Host, uri.Port, kind);
    }

    /// <summary>Calls of one purpose: how many at once, over connections of their own.</summary>
    private sealed class Places(int most, int mostPerHost, Func<RegisteredBy, int, HttpClient> connect) : IDisposable
    {
        private readonly ConcurrentDictionary<string, SemaphoreSlim> _hosts = new(StringComparer.OrdinalIgnoreCase);

        public SemaphoreSlim All { get; } = new(most);

        /// <summary>One for each: a connection opened to where only an operator's client may go serves no other.</summary>
        public FrozenDictionary<RegisteredBy, HttpClient> Clients { get; } =
            Enum.GetValues<RegisteredBy>().ToFrozenDictionary(by => by, by => connect(by, mostPerHost));

        public SemaphoreSlim OfHost(string host) => _hosts.GetOrAdd(host, _ => new SemaphoreSlim(mostPerHost));

        public void Dispose()
        {
            foreach (var http in Clients.Values)
            {
                http.Dispose();
            }

            All.Dispose();
            foreach (var host in _hosts.Values)
            {
                host.Dispose();
            }
        }
    }

    [LoggerMessage(EventId = 1301, Level = LogLevel.Warning, Message = "An address of a registration is not called: it {Flaw}")]
    private static partial void Refused(ILogger log, string flaw);

    [LoggerMessage(EventId = 1302, Level = LogLevel.Information, Message = "A call to {Host}:{Port} failed: {Kind}")]
    private static partial void Failed(ILogger log, Exception? exception, string host, int port, string kind);
}
