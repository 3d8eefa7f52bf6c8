using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Sso.Delivery.Routes;
using Sso.Delivery.Vonage;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;
using static Sso.Delivery.Routes.DeliveryOutcome;

namespace Sso.Delivery.Tests.Vonage;

/// <summary>One attempt at a time, over HTTP.</summary>
[Spec("M14")]
public sealed class VonageMessagesTests : IAsyncLifetime
{
    private const string Code = "004217";
    private readonly FakeClock _clock = new();
    private VonageFake _fake = null!;
    private DeliveryHost _host = null!;

    /// <summary>The magic number, what we make of it.</summary>
    public static TheoryData<string, Type> Numbers => new()
    {
        { "0000", typeof(Accepted) },
        { "0001", typeof(Throttled) },
        { "0002", typeof(Throttled) },
        { "0004", typeof(ConfigError) },
        { "0005", typeof(ProviderDown) },
        { "0006", typeof(InvalidNumber) },
        { "0007", typeof(NotReachable) },
        { "0009", typeof(ConfigError) },
        { "0015", typeof(ConfigError) },
        { "0033", typeof(NotReachable) },
        { "0201", typeof(Unknown) },
        { "0202", typeof(ProviderDown) },
        { "0203", typeof(Accepted) },
        { "0300", typeof(FraudBlocked) },
        { "0301", typeof(FraudBlocked) },
    };

    /// <summary>Status, numeric code, what we make of it.</summary>
    public static TheoryData<int, int, Type> Statuses => new()
    {
        { 401, 0, typeof(ConfigError) },
        { 402, 0, typeof(ConfigError) },
        { 403, 0, typeof(ConfigError) },
        { 404, 0, typeof(ConfigError) },
        { 307, 0, typeof(ConfigError) },
        { 400, 0, typeof(Bug) },
        { 415, 0, typeof(Bug) },
        { 422, 0, typeof(Bug) },
        { 422, 1150, typeof(Bug) },
        { 429, 0, typeof(Throttled) },
        { 429, 1000, typeof(Throttled) },
        { 500, 0, typeof(ProviderDown) },
        { 502, 0, typeof(ProviderDown) },
        { 503, 0, typeof(ProviderDown) },
        { 504, 0, typeof(Unknown) },
        { 422, 1000, typeof(Throttled) },
        { 422, 1241, typeof(Throttled) },
        { 422, 1030, typeof(ProviderDown) },
        { 422, 1331, typeof(ProviderDown) },
        { 422, 1170, typeof(InvalidNumber) },
        { 422, 1430, typeof(InvalidNumber) },
        { 422, 1240, typeof(NotReachable) },
        { 422, 1280, typeof(NotReachable) },
        { 422, 1310, typeof(NotReachable) },
        { 422, 1070, typeof(ConfigError) },
        { 422, 1484, typeof(ConfigError) },
        { 422, 1180, typeof(ProviderDown) },
        { 422, 1260, typeof(RouteRefused) },
        { 422, 1474, typeof(FraudBlocked) },
        { 422, 2001, typeof(FraudBlocked) },
        { 422, 1320, typeof(Accepted) },
        { 422, 9999, typeof(Bug) },
    };

    public async ValueTask InitializeAsync()
    {
        _fake = await VonageFake.StartAsync(_clock);
        _host = await DeliveryHost.StartAsync(null, _clock, DeliveryHost.On(_fake));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _fake.DisposeAsync();
    }

    [Fact]
    [Spec("M14")]
    public async Task A_message_leaves_without_plus_with_our_reference_and_its_life_in_seconds()
    {
        var message = Message("3123450000");
        var accepted = Assert.IsType<Accepted>(await SendAsync(message));

        var taken = Assert.Single(_fake.Accepted);
        Assert.Equal(("393123450000", "AcmeCloud", message.Text), (taken.To, taken.From, taken.Text));
        Assert.Equal((message.Reference, 300), (taken.Reference, taken.Ttl));
        Assert.Equal(32, taken.Reference.Length);
        Assert.Equal(("login.acme.example", Code), taken.BoundCode);
        Assert.Equal(32, accepted.Id!.Length);
        Assert.Equal(1, accepted.Parts);
    }

    [Theory]
    [InlineData(3, 20)]
    [InlineData(90, 90)]
    [InlineData(10_000_000, 604_800)]
    [Spec("M14")]
    public async Task The_life_stays_within_what_the_api_takes(int seconds, int ttl)
    {
        await SendAsync(Message("3123450000") with { Life = TimeSpan.FromSeconds(seconds) });
        Assert.Equal(ttl, Assert.Single(_fake.Accepted).Ttl);
    }

    [Fact]
    [Spec("M15")]
    public async Task Each_request_has_a_token_of_its_own()
    {
        for (var index = 0; index < 5; index++)
        {
            Assert.IsType<Accepted>(await SendAsync(Message("3123450000")));
        }
    }

    [Theory]
    [InlineData(-6)]
    [InlineData(6)]
    [Spec("M15")]
    public async Task A_clock_that_is_off_is_told_to_the_operator(int minutes)
    {
        var clock = new FakeClock(_clock.GetUtcNow().AddMinutes(minutes));
        await using var host = await DeliveryHost.StartAsync(null, clock, DeliveryHost.On(_fake));
        Assert.IsType<ConfigError>(await host.Get<VonageMessages>().SendAsync(Message("3123450000"), CancellationToken.None));
        Assert.Empty(_fake.Accepted);
    }

    [Fact]
    [Spec("M15")]
    public async Task A_token_of_another_key_is_refused()
    {
        using var other = RSA.Create(2048);
        var settings = DeliveryHost.On(_fake);
        settings["Vonage:PrivateKey"] = other.ExportRSAPrivateKeyPem();
        await using var host = await DeliveryHost.StartAsync(null, _clock, settings);
        var error = Assert.IsType<ConfigError>(await host.Get<VonageMessages>().SendAsync(Message("3123450000"), CancellationToken.None));
        Assert.True(error.StopsRoute);
    }

    [Theory, MemberData(nameof(Numbers))]
    [Spec("M16")]
    public async Task Magic_numbers_have_their_class(string lastFour, Type expected) =>
        Assert.IsType(expected, await SendAsync(Message("312345" + lastFour)));

    [Theory, MemberData(nameof(Statuses))]
    [Spec("M16")]
    public async Task Each_status_and_code_has_its_class(int status, int code, Type expected)
    {
        _fake.Script(VonageFakeAnswer.Problem(status, code, "title"));
        Assert.IsType(expected, await SendAsync(Message("3123450000")));
        Assert.Equal(1, _fake.Requests);
    }

    [Fact]
    [Spec("M16")]
    public async Task A_complaint_about_the_number_is_not_a_bug()
    {
        _fake.Script(VonageFakeAnswer.Unprocessable("to"), VonageFakeAnswer.Unprocessable("text"));
        Assert.IsType<InvalidNumber>(await SendAsync(Message("3123450000")));
        Assert.IsType<Bug>(await SendAsync(Message("3123450000")));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [Spec("M4")]
    public async Task An_empty_failure_does_not_say_whether_it_was_accepted(int status)
    {
        _fake.Script(new VonageFakeAnswer { Status = status });
        Assert.IsType<Unknown>(await SendAsync(Message("3123450000")));
    }

    [Theory]
    [InlineData(200, "text/html", "<html>Sign in to the network</html>", typeof(Unknown))]
    [InlineData(202, "text/html", "<html>Accepted</html>", typeof(Unknown))]
    [InlineData(202, null, "accepted", typeof(Unknown))]
    [InlineData(202, "application/json", "", typeof(Unknown))]
    [InlineData(202, "application/json", "{}", typeof(Unknown))]
    [InlineData(202, "application/json", "{\"message_uuid\":null}", typeof(Unknown))]
    [InlineData(202, "application/json", "<html>", typeof(Unknown))]
    [InlineData(201, "application/json", "{}", typeof(Unknown))]
    [InlineData(204, null, "", typeof(Unknown))]
    [InlineData(400, "text/html", "<html>Bad Request</html>", typeof(RouteRefused))]
    [InlineData(418, "text/html", "<html>no</html>", typeof(RouteRefused))]
    [Spec("M4")]
    public async Task What_somebody_else_answered_in_their_place_is_trouble_of_the_route(
        int status, string? type, string body, Type expected)
    {
        _fake.Script(new VonageFakeAnswer { Status = status, ContentType = type, Body = body });
        var outcome = await SendAsync(Message("3123450000"));
        Assert.IsType(expected, outcome);
        Assert.True(outcome.AllowsAnotherRoute);
    }

    [Theory]
    [InlineData("Retry-After", "2", 2)]
    [InlineData("Retry-After", "0", 0)]
    [InlineData("Retry-After", "999999", 3600)]
    [InlineData("X-RateLimit-Reset", "1795435205", 5)]
    [InlineData("X-RateLimit-Reset", "1795435205000", 5)]
    [InlineData("X-RateLimit-Reset", "9999999999999999", 3600)]
    [InlineData("X-RateLimit-Reset", "1", 0)]
    [InlineData("X-Other", "1", 1)]
    [Spec("M16")]
    public async Task The_wait_of_a_throttled_message_is_read_and_capped(string header, string value, int seconds)
    {
        Assert.Equal(1_795_435_200, _clock.GetUtcNow().ToUnixTimeSeconds());
        _fake.Script(VonageFakeAnswer.Problem(429, 0, "throttled") with { Headers = new Dictionary<string, string> { [header] = value } });
        Assert.Equal(TimeSpan.FromSeconds(seconds), Assert.IsType<Throttled>(await SendAsync(Message("3123450000"))).After);
    }

    [Fact]
    [Spec("M4")]
    public async Task A_connection_that_closes_after_the_body_is_not_tried_again()
    {
        Assert.IsType<Accepted>(await SendAsync(Message("3123450000")));
        Assert.IsType<Unknown>(await SendAsync(Message("3123450201")));
        Assert.Equal(2, _fake.Requests);
    }

    [Fact]
    [Spec("M26")]
    public async Task A_body_that_drips_does_not_undo_an_acceptance()
    {
        using var cancellation = new CancellationTokenSource();
        var sending = _host.Get<VonageMessages>().SendAsync(Message("3123450204"), cancellation.Token);
        await Patience.UntilAsync(() => _host.Calls.Answered == 1, "the status is read");
        await cancellation.CancelAsync();
        Assert.Null(Assert.IsType<Accepted>(await sending).Id);
    }

    [Fact]
    [Spec("M4")]
    public async Task Nobody_there_is_certain()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        Assert.Equal(new ProviderDown(), await SendToAsync($"http://127.0.0.1:{port}"));
    }

    [Fact]
    [Spec("M4")]
    public async Task No_tls_is_certain() => Assert.Equal(new ProviderDown(), await SendToAsync($"https://127.0.0.1:{_fake.Address.Port}"));

    [Fact]
    [Spec("M4")]
    public async Task No_such_host_is_certain() => Assert.Equal(new ProviderDown(), await SendToAsync("https://vonage.invalid"));

    [Fact]
    [Spec("M4")]
    public async Task No_connection_within_two_seconds_is_certain()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere a full queue of connections is refused and not ignored.");
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        deaf.Listen(0);
        var fillers = Enumerable.Range(0, 8)
            .Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false }).ToList();
        fillers.ForEach(filler => Begin(filler, deaf.LocalEndPoint!));
        Assert.Equal(new ProviderDown(), await SendToAsync($"http://127.0.0.1:{((IPEndPoint)deaf.LocalEndPoint!).Port}"));
        fillers.ForEach(filler => filler.Dispose());
    }

    [Fact]
    [Spec("S132")]
    public async Task No_code_number_text_or_token_is_logged_at_any_level()
    {
        foreach (var lastFour in Numbers.Select(row => row.Data.Item1))
        {
            await SendAsync(Message("312345" + lastFour));
        }

        Assert.NotEmpty(_host.Log.Lines);
        Assert.All(_host.Log.Lines, line =>
        {
            Assert.DoesNotContain(Code, line, StringComparison.Ordinal);
            Assert.DoesNotContain("312345", line, StringComparison.Ordinal);
            Assert.DoesNotContain("Bearer", line, StringComparison.Ordinal);
            Assert.DoesNotContain("eyJ", line, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void What_holds_a_secret_does_not_print_it()
    {
        var message = Message("3123450000");
        Assert.DoesNotContain(Code, message.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("3123450000", message.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("KEY", new VonageOptions { PrivateKey = "-----BEGIN PRIVATE KEY-----" }.ToString(), StringComparison.Ordinal);
    }

    private static void Begin(Socket socket, EndPoint target)
    {
        try
        {
            socket.Connect(target);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
        }
    }

    private OutgoingMessage Message(string national) => new()
    {
        Id = Guid.CreateVersion7(_clock.GetUtcNow()),
        To = PhoneNumber.FromStored("+39" + national),
        Text = $"{Code} is your AcmeCloud sign-in code.\n\n@login.acme.example #{Code}",
        Life = TimeSpan.FromMinutes(5),
    };

    private Task<DeliveryOutcome> SendAsync(OutgoingMessage message) =>
        _host.Get<VonageMessages>().SendAsync(message, CancellationToken.None);

    private async Task<DeliveryOutcome> SendToAsync(string address)
    {
        var settings = DeliveryHost.On(_fake);
        settings["Vonage:BaseAddress"] = address;
        await using var host = await DeliveryHost.StartAsync(null, _clock, settings, connectsInTime: true);
        return await host.Get<VonageMessages>().SendAsync(Message("3123450000"), CancellationToken.None);
    }
}
