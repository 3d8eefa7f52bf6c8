using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>What leaves by OTLP, and that nothing leaves or is loaded where nobody asked for it.</summary>
[OneDatabase]
public sealed class TelemetryTests
{
    private const string TraceOfTheVisitor = "0af7651916cd43dd8448eb211c80319c";

    [Fact]
    [Spec("S132")]
    [Spec("S136")]
    public async Task Metrics_and_spans_arrive_and_tell_nothing_of_who_asked_and_for_what()
    {
        await using var receiver = await TelemetryFake.StartAsync();
        await using var server = await StartAsync(
            receiver.Endpoint, "--Telemetry:Headers:Authorization=Basic c3NvOmE9Yiw=, second", "--Telemetry:TracedShare=1");
        var shop = await server.RegisterAsync("shop");
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        browser.Headers.Add(("User-Agent", "visitor-agent/9"));
        browser.Headers.Add(("traceparent", $"00-{TraceOfTheVisitor}-b7ad6b7169203331-01"));
        browser.Headers.Add(("tracestate", "visitor=state-of-visitor"));
        browser.Headers.Add(("baggage", "visitor=baggage-of-visitor"));
        var page = await shop.SignInAsync(browser, ada, ("state", "state-of-shop"), ("login_hint", "hint-of-ada"));
        var tokens = await shop.RedeemAsync(page.Code);
        await browser.GetAsync("/mistyped-secret?link=mailed-link");
        using var api = server.Backchannel();
        api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.AccessToken);
        await api.GetAsync("/connect/userinfo");
        await api.GetAsync("/health/ready");
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => api.GetAsync(Failing.Path + "?link=mailed-link"));

        // The span of a request ends after its answer has left.
        string[] spans = ["connect/authorize", "connect/userinfo", "sso.request", nameof(TimeZoneNotFoundException)];
        await FlushUntilAsync(server, () => spans.All(receiver.HasInTraces));

        Assert.Equal("Basic c3NvOmE9Yiw=, second", receiver.Headers["Authorization"]);
        Assert.True(receiver.HasMetric("sso.security.events"));
        Assert.True(receiver.HasMetric("sso.signatures"));
        Assert.True(receiver.HasMetric("http.server.request.duration"));
        Assert.True(receiver.HasMetric("dotnet.gc.collections"));
        Assert.False(receiver.HasInTraces("health/ready"));
        Assert.False(receiver.HasInTraces(Convert.FromHexString(TraceOfTheVisitor)));
        string[] secrets =
        [
            "state-of-shop", "hint-of-ada", "visitor", "mistyped-secret", "mailed-link", "state=", "callback", ada.UserName, ada.Email,
            page.Code!, tokens.AccessToken!, tokens.IdToken.EncodedToken, shop.Id, shop.Secret!, SsoServer.Password, "Bearer",
            "c3NvOmE9Yiw", Failing.Message,
        ];
        Assert.All(secrets, secret =>
        {
            Assert.False(receiver.HasInTraces(secret), secret);
            Assert.False(receiver.HasMetric(secret), secret);
        });
    }

    [Fact]
    [Spec("S136")]
    public async Task The_driver_of_PostgreSQL_tells_how_busy_its_pool_is_and_not_with_what_it_connects()
    {
        await using var receiver = await TelemetryFake.StartAsync();
        await using var server = await StartAsync(receiver.Endpoint);
        Assert.SkipWhen(server.Database.Provider != "PostgreSql", "Only Npgsql has a meter.");

        Flush(server);

        Assert.True(receiver.HasMetric("db.client.connection.count"));
        Assert.False(receiver.HasMetric("Username"));
        Assert.False(receiver.HasMetric(server.Database.Name));
    }

    [Fact]
    public async Task Without_a_share_of_requests_only_metrics_leave()
    {
        await using var receiver = await TelemetryFake.StartAsync();
        await using var server = await StartAsync(receiver.Endpoint, "--Telemetry:TracedShare=0");
        await server.OpenBrowser().GetAsync("/signin");

        await FlushUntilAsync(server, () => receiver.HasMetric("http.server.request.duration"));

        Assert.Null(server.App.Services.GetService<TracerProvider>());
    }

    [Fact]
    public async Task What_does_not_arrive_is_told_once_and_disturbs_nobody()
    {
        await using var server = await StartAsync($"http://127.0.0.1:{FreePorts.Take()}");

        Flush(server);
        Flush(server);

        Assert.Equal(HttpStatusCode.OK, (await server.OpenBrowser().GetAsync("/signin")).Status);
        await Patience.UntilAsync(() => Told().Any(), "the log tells it");
        Assert.Single(Told());

        IEnumerable<string> Told() => server.Log.Lines.Where(line => line.Contains("were not exported", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OpenTelemetry_is_loaded_only_where_an_endpoint_is_set(bool isSet)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells which files a program has mapped.");
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        using var server = new ServerProcess(database);
        await server.StartAsync(isSet ? [$"--Telemetry:Endpoint=http://127.0.0.1:{FreePorts.Take()}"] : []);

        var mapped = await File.ReadAllTextAsync($"/proc/{server.ProcessId}/maps");

        Assert.Contains("OpenIddict.Server.dll", mapped, StringComparison.Ordinal);
        Assert.Equal(isSet, mapped.Contains("OpenTelemetry", StringComparison.Ordinal));
    }

    private static async Task<SsoServer> StartAsync(string endpoint, params string[] settings)
    {
        var server = new SsoServer
        {
            Settings = [$"--Telemetry:Endpoint={endpoint}", .. settings],
            MoreServices = services => services.AddSingleton<IStartupFilter, Failing>(),
        };
        await server.InitializeAsync();
        return server;
    }

    private static Task FlushUntilAsync(SsoServer server, Func<bool> hasArrived) => Patience.UntilAsync(
        () =>
        {
            Flush(server);
            return hasArrived();
        },
        "what a request leaves behind arrives");

    private static void Flush(SsoServer server)
    {
        server.App.Services.GetRequiredService<MeterProvider>().ForceFlush();
        server.App.Services.GetService<TracerProvider>()?.ForceFlush();
    }

    /// <summary>A mistake of ours, outside everything that would answer it.</summary>
    private sealed class Failing : IStartupFilter
    {
        public const string Path = "/failing";
        public const string Message = "what-was-wrong";

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((http, rest) => http.Request.Path == Path ? throw new TimeZoneNotFoundException(Message) : rest(http));
            next(app);
        };
    }
}
