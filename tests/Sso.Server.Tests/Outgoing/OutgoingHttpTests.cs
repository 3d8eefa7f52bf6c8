using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Sso.Admin.Outgoing;
using Sso.Protocol.Clients;
using Sso.Server.Operations;
using Sso.Server.Outgoing;
using Sso.Settings;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Server.Tests.Outgoing;

/// <summary>The guarded client against a real listener on loopback, which counts the connections that reach it.</summary>
[Spec("XP10")]
[OneDatabase]
public sealed class OutgoingHttpTests : IAsyncLifetime
{
    private static readonly string[] Json = ["application/json"];
    private static long _sent;
    private Peer _peer = null!;

    public async ValueTask InitializeAsync()
    {
        _sent = 0;
        _peer = await Peer.StartAsync();
        _peer.Publish("/jwks", () => """{"keys":[]}""");
    }

    public ValueTask DisposeAsync() => _peer.DisposeAsync();

    [Fact]
    [Spec("S122")]
    [Spec("A30")]
    public async Task No_hostile_spelling_leads_to_a_connection()
    {
        // Everything is open that a careless guard would have to stop: the port, and names that resolve to the listener.
        var port = _peer.Address.Port;
        using var http = Client(new OutgoingOptions { Ports = [port] }, _ => IPAddress.Loopback);

        foreach (var address in HostileAddresses.Refused)
        {
            Assert.Null(await FetchAsync(http, address));
            Assert.Null(await FetchAsync(http, address.TrimEnd('/') + $":{port}/"));
            using var content = new StringContent("");
            Assert.Null(await http.PostAsync(address, content, bearer: null, RegisteredBy.Operator, TestContext.Current.CancellationToken));
        }

        Assert.Equal(0, _peer.Connections);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::1")]
    [Spec("S122")]
    public async Task A_name_that_resolves_inside_is_not_called(string inside)
    {
        using var http = Client(new OutgoingOptions { Ports = [_peer.Address.Port] }, _ => IPAddress.Parse(inside));

        Assert.Null(await FetchAsync(http, $"https://rebound.example:{_peer.Address.Port}/jwks"));
        Assert.Equal(0, _peer.Connections);
    }

    [Fact]
    [Spec("S122")]
    public async Task A_name_is_resolved_once_for_each_connection_and_called_at_the_address_that_was_judged()
    {
        var lookUps = new ConcurrentQueue<string>();
        using var http = Client(new OutgoingOptions { AllowedHosts = [$"app.example:{_peer.Address.Port}"] }, host =>
        {
            lookUps.Enqueue(host);
            return IPAddress.Loopback;
        });

        Assert.NotNull(await FetchAsync(http, $"http://app.example:{_peer.Address.Port}/jwks"));
        Assert.Equal(["app.example"], lookUps);
    }

    [Fact]
    [Spec("S122")]
    public async Task An_allow_list_entry_opens_exactly_one_host_and_port()
    {
        await using var other = await Peer.StartAsync();
        other.Publish("/jwks", () => "{}");
        using var http = Client(new OutgoingOptions { AllowedHosts = [_peer.HostAndPort] });

        Assert.NotNull(await FetchAsync(http, _peer.At("/jwks").ToString()));
        Assert.Null(await FetchAsync(http, other.At("/jwks").ToString()));
        Assert.Null(await FetchAsync(http, $"http://localhost:{_peer.Address.Port}/jwks"));
        Assert.Equal(0, other.Connections);
    }

    [Fact]
    [Spec("S122")]
    public async Task What_is_open_to_the_clients_of_the_operator_is_closed_to_those_that_registered_themselves()
    {
        await using var other = await Peer.StartAsync();
        other.Publish("/jwks", () => "{}");
        using var http = Client(new OutgoingOptions { AllowedHosts = [_peer.HostAndPort] }, forApplications: [other.HostAndPort]);

        Assert.Null(await FetchAsync(http, _peer.At("/jwks").ToString(), RegisteredBy.Application));
        using var content = new StringContent("");
        Assert.Null(await http.PostAsync(
            _peer.At("/jwks").ToString(), content, bearer: null, RegisteredBy.Application, TestContext.Current.CancellationToken));
        Assert.Equal(0, _peer.Connections);
        Assert.NotNull(await FetchAsync(http, other.At("/jwks").ToString(), RegisteredBy.Application));
        Assert.Null(await FetchAsync(http, other.At("/jwks").ToString()));
        Assert.NotNull(await FetchAsync(http, _peer.At("/jwks").ToString()));
    }

    [Fact]
    [Spec("S122")]
    public async Task A_connection_that_was_opened_for_a_client_of_the_operator_serves_no_other()
    {
        var authority = new TestCertificates();
        await using var peer = await Peer.StartAsync(authority.Issue("CN=app.example", "app.example", "server"));
        peer.Publish("/jwks", () => "{}");
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.CreateVersion7():N}.pem");
        await File.WriteAllTextAsync(file, authority.AuthorityPem, TestContext.Current.CancellationToken);
        var options = new OutgoingOptions
        {
            AllowedHosts = [$"app.example:{peer.Address.Port}"],
            Ports = [peer.Address.Port],
            TrustedCertificatesFile = file
        };
        using var http = Client(options, _ => IPAddress.Loopback);

        Assert.NotNull(await FetchAsync(http, $"https://app.example:{peer.Address.Port}/jwks"));
        Assert.Null(await FetchAsync(http, $"https://app.example:{peer.Address.Port}/jwks", RegisteredBy.Application));
        Assert.Single(peer.Requests);
        File.Delete(file);
    }

    public static TheoryData<string, RequestDelegate> Bad => new()
    {
        { "redirect", http => Task.Run(() => http.Response.Redirect("/jwks")) },
        { "not found", http => Task.Run(() => { http.Response.StatusCode = 404; }) },
        { "server error", http => SayAsync(http, "application/json", "{}", 500) },
        { "wrong type", http => SayAsync(http, "text/html", "{}") },
        { "no type", http => http.Response.Body.WriteAsync("{}"u8.ToArray()).AsTask() },
        { "one byte too many", http => SayAsync(http, "application/json", new string(' ', OutgoingHttp.LongestAnswer + 1)) },
        { "endless", EndlessAsync },
        { "one byte a second", DripAsync },
        { "compressed", BombAsync },
        { "hung up", http => Task.Run(http.Abort) },
    };

    [Theory, MemberData(nameof(Bad))]
    [Spec("S124")]
    public async Task Whatever_goes_wrong_is_the_same_failure_after_a_whole_second(string what, RequestDelegate answer)
    {
        _peer.Paths["/bad"] = answer;
        using var http = Client(new OutgoingOptions { AllowedHosts = [_peer.HostAndPort], Timeout = TimeSpan.FromSeconds(1.5) });
        var started = TimeProvider.System.GetTimestamp();

        Assert.Null(await FetchAsync(http, _peer.At("/bad").ToString()));

        Assert.True(TimeProvider.System.GetElapsedTime(started).TotalSeconds > 0.99, what);
        Assert.True(_sent < 20 * 1024 * 1024, $"{what}: {_sent} bytes were taken");
        Assert.DoesNotContain(_peer.Requests, request => request.Path == "/jwks");
    }

    [Fact]
    [Spec("S124")]
    public async Task A_full_64_kibibytes_are_read()
    {
        _peer.Publish("/full", () => new string(' ', OutgoingHttp.LongestAnswer));
        using var http = Client(new OutgoingOptions { AllowedHosts = [_peer.HostAndPort] });

        Assert.Equal(OutgoingHttp.LongestAnswer, (await FetchAsync(http, _peer.At("/full").ToString()))?.Length);
    }

    [Fact]
    [Spec("S124")]
    public async Task Nothing_of_ours_goes_along_and_nothing_of_theirs_stays()
    {
        _peer.Paths["/cookie"] = http =>
        {
            http.Response.Headers.SetCookie = "track=1";
            return SayAsync(http, "application/json", "{}");
        };
        using var http = Client(new OutgoingOptions { AllowedHosts = [_peer.HostAndPort] });
        using var activity = new System.Diagnostics.Activity("request").Start();

        await FetchAsync(http, _peer.At("/cookie").ToString());
        await FetchAsync(http, _peer.At("/cookie").ToString());

        Assert.All(
            _peer.Requests,
            request => Assert.Equal(
                ["Accept", "Accept-Encoding", "Host", "User-Agent"], request.Headers.Keys.Order(StringComparer.Ordinal)));
    }

    [Fact]
    [Spec("S125")]
    public async Task At_most_20_calls_run_at_once_and_2_to_one_host()
    {
        var (gate, hosts, now, most) = (new TaskCompletionSource(), new ConcurrentDictionary<string, int>(), 0, 0);
        var reached = new SemaphoreSlim(0);
        _peer.Paths["/slow"] = async http =>
        {
            hosts.AddOrUpdate(http.Request.Host.Host, 1, (_, count) => count + 1);
            most = Math.Max(most, Interlocked.Increment(ref now));
            reached.Release();
            await gate.Task;
            Interlocked.Decrement(ref now);
            await SayAsync(http, "application/json", "{}");
        };
        string[] names = [.. Enumerable.Range(0, 15).Select(number => $"app{number}.example:{_peer.Address.Port}")];
        using var http = Client(new OutgoingOptions { AllowedHosts = names, Timeout = Patience.Limit }, _ => IPAddress.Loopback);

        Task<byte[]?>[] one = [.. Enumerable.Range(0, 5).Select(_ => FetchAsync(http, $"http://{names[0]}/slow"))];
        await WaitAsync(reached, 2);
        Assert.Equal(2, hosts["app0.example"]);
        Task<byte[]?>[] all =
            [.. names.Skip(1).SelectMany(name => Enumerable.Range(0, 2).Select(_ => FetchAsync(http, $"http://{name}/slow")))];
        // Who waits for the first host keeps no place from the others: eighteen are left.
        await WaitAsync(reached, 18);
        Assert.Equal(OutgoingHttp.MostAtOnce, now);
        gate.SetResult();

        Assert.DoesNotContain(null, await Task.WhenAll([.. one, .. all]));
        Assert.Equal(OutgoingHttp.MostAtOnce, most);
    }

    /// <summary>Twenty receivers that never answer must not make a sign-in wait for the key set of its application.</summary>
    [Fact]
    [Spec("S125")]
    public async Task Dead_webhooks_hold_no_place_of_a_key_set_even_at_the_same_host()
    {
        var (gate, reached) = (new TaskCompletionSource(), new SemaphoreSlim(0));
        _peer.Paths["/dead"] = async _ =>
        {
            reached.Release();
            await gate.Task;
        };
        _peer.Publish("/jwks", () => "{}");
        string[] names = [.. Enumerable.Range(0, 15).Select(number => $"hook{number}.example:{_peer.Address.Port}")];
        using var http = Client(new OutgoingOptions { AllowedHosts = names, Timeout = Patience.Limit }, _ => IPAddress.Loopback);
        List<Task> dead =
            [.. names.SelectMany(name => Enumerable.Range(0, 2).Select(_ => PostAsync($"http://{name}/dead")))];
        await WaitAsync(reached, 30);

        Assert.NotNull(await FetchAsync(http, $"http://{names[0]}/jwks"));
        gate.SetResult();
        await Task.WhenAll(dead);

        async Task PostAsync(string address)
        {
            using var content = new StringContent("");
            await http.PostToWebhookAsync(address, content, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Whoever_had_to_wait_for_a_place_is_given_the_whole_time_of_a_call()
    {
        var slow = TimeSpan.FromSeconds(1.4);
        _peer.Paths["/slow"] = async http =>
        {
            await Task.Delay(slow, TimeProvider.System);
            await SayAsync(http, "application/json", "{}");
        };
        using var http = Client(new OutgoingOptions { AllowedHosts = [_peer.HostAndPort], Timeout = TimeSpan.FromSeconds(2) });

        // Two at once, so the third begins when they are done: it ends later than one time after it was asked for.
        var bodies = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => FetchAsync(http, _peer.At("/slow").ToString())));

        Assert.DoesNotContain(null, bodies);
    }

    [Fact]
    [Spec("XP10")]
    public async Task A_certificate_of_the_configured_trust_store_is_believed_for_its_name_only()
    {
        var authority = new TestCertificates();
        await using var peer = await Peer.StartAsync(authority.Issue("CN=app.example", "app.example", "server"));
        peer.Publish("/jwks", () => "{}");
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.CreateVersion7():N}.pem");
        await File.WriteAllTextAsync(file, authority.AuthorityPem, TestContext.Current.CancellationToken);
        string[] allowed = [$"app.example:{peer.Address.Port}", $"other.example:{peer.Address.Port}"];
        using var trusting = Client(
            new OutgoingOptions { AllowedHosts = allowed, TrustedCertificatesFile = file }, _ => IPAddress.Loopback);
        using var plain = Client(new OutgoingOptions { AllowedHosts = allowed }, _ => IPAddress.Loopback);

        Assert.NotNull(await FetchAsync(trusting, $"https://app.example:{peer.Address.Port}/jwks"));
        Assert.Null(await FetchAsync(trusting, $"https://other.example:{peer.Address.Port}/jwks"));
        Assert.Null(await FetchAsync(plain, $"https://app.example:{peer.Address.Port}/jwks"));
        File.Delete(file);
    }

    [Fact]
    public async Task A_post_carries_its_token_and_tells_the_status()
    {
        _peer.Paths["/ping"] = http => Task.Run(() => { http.Response.StatusCode = 204; });
        using var http = Client(new OutgoingOptions { AllowedHosts = [_peer.HostAndPort] });
        using var content = new StringContent("hello");

        Assert.Equal(
            HttpStatusCode.NoContent,
            (await http.PostAsync(
                _peer.At("/ping").ToString(), content, "token-1", RegisteredBy.Operator, TestContext.Current.CancellationToken))?.Status);
        var request = Assert.Single(_peer.Requests);
        Assert.Equal(("POST", "Bearer token-1", "hello"), (request.Method, request.Headers["Authorization"], request.Body));
    }

    [Theory]
    [InlineData("app.lan", null)]
    [InlineData("https://app.lan:8443", null)]
    [InlineData("APP.lan:8443", null)]
    [InlineData("*.lan:8443", null)]
    [InlineData(null, 0)]
    [InlineData(null, 70000)]
    public void A_setting_that_opens_something_else_than_it_says_is_refused(string? host, int? port) =>
        Assert.Single(new OutgoingRules().FlawsOf(
            "Outgoing", new OutgoingOptions { AllowedHosts = host is null ? [] : [host], Ports = port is { } one ? [one] : [] }));

    private static OutgoingHttp Client(OutgoingOptions options, Func<string, IPAddress>? names = null, string[]? forApplications = null) =>
        new(
            options.ToPolicy(SsoServer.Issuer, forApplications ?? []),
            options,
            (host, _) => Task.FromResult<IPAddress[]>([names?.Invoke(host) ?? IPAddress.Loopback]),
            new ServerMetrics(),
            NullLogger<OutgoingHttp>.Instance);

    private static Task<byte[]?> FetchAsync(OutgoingHttp http, string address, RegisteredBy by = RegisteredBy.Operator) =>
        http.FetchAsync(address, Json, by, TestContext.Current.CancellationToken);

    private static async Task WaitAsync(SemaphoreSlim reached, int count)
    {
        for (var one = 0; one < count; one++)
        {
            Assert.True(await reached.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken));
        }
    }

    private static Task SayAsync(HttpContext http, string type, string body, int status = 200)
    {
        (http.Response.StatusCode, http.Response.ContentType) = (status, type);
        return http.Response.WriteAsync(body);
    }

    private static async Task EndlessAsync(HttpContext http)
    {
        // Straight to the socket: the server takes bytes for a connection that is gone until it notices, which a busy machine does late.
        var socket = http.Features.Get<IConnectionSocketFeature>()!.Socket;
        try
        {
            await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"u8.ToArray(), http.RequestAborted);
            for (var block = 0; block < 1_000_000; block++)
            {
                _sent += await socket.SendAsync(new byte[1024], http.RequestAborted);
            }
        }
        catch (Exception gone) when (gone is SocketException or OperationCanceledException)
        {
            http.Abort();
        }
    }

    private static async Task DripAsync(HttpContext http)
    {
        http.Response.ContentType = "application/json";
        while (!http.RequestAborted.IsCancellationRequested)
        {
            await http.Response.Body.WriteAsync(" "u8.ToArray(), http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, http.RequestAborted);
        }
    }

    private static async Task BombAsync(HttpContext http)
    {
        (http.Response.ContentType, http.Response.Headers.ContentEncoding) = ("application/json", "gzip");
        await using var gzip = new GZipStream(http.Response.Body, CompressionLevel.Fastest);
        await gzip.WriteAsync(new byte[50 * 1024 * 1024], http.RequestAborted);
    }
}
