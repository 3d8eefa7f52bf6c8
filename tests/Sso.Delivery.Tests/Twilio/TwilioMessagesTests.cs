using Sso.Delivery.Routes;
using Sso.Delivery.Twilio;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;
using static Sso.Delivery.Routes.DeliveryOutcome;

namespace Sso.Delivery.Tests.Twilio;

/// <summary>One attempt at a time, over HTTP.</summary>
[Spec("M17")]
public sealed class TwilioMessagesTests : IAsyncLifetime
{
    private const string Code = "004217";
    private readonly FakeClock _clock = new();
    private TwilioFake _fake = null!;

    /// <summary>Row by row: status, code, class, whether another route is asked.</summary>
    public static TheoryData<int, int, Type, bool> Codes => new()
    {
        { 401, 20003, typeof(ConfigError), true },
        { 403, 0, typeof(ConfigError), true },
        { 404, 20404, typeof(ConfigError), true },
        { 307, 0, typeof(ConfigError), true },
        { 429, 20429, typeof(Throttled), true },
        { 400, 21211, typeof(InvalidNumber), false },
        { 400, 21612, typeof(InvalidNumber), false },
        { 400, 21614, typeof(InvalidNumber), false },
        { 400, 21408, typeof(ConfigError), true },
        { 400, 21606, typeof(ConfigError), true },
        { 400, 21608, typeof(ConfigError), true },
        { 400, 21610, typeof(NotReachable), false },
        { 400, 21617, typeof(Bug), false },
        { 400, 30001, typeof(Throttled), true },
        { 400, 30002, typeof(ConfigError), true },
        { 400, 30003, typeof(NotReachable), false },
        { 400, 30004, typeof(RouteRefused), true },
        { 400, 30007, typeof(RouteRefused), true },
        { 400, 30008, typeof(Unknown), true },
        { 400, 30450, typeof(FraudBlocked), false },
        { 403, 60410, typeof(FraudBlocked), false },
        { 403, 60605, typeof(FraudBlocked), false },
        { 400, 12345, typeof(Bug), false },
        { 500, 20500, typeof(ProviderDown), true },
        { 503, 20503, typeof(ProviderDown), true },
        { 504, 0, typeof(Unknown), true },
    };

    public async ValueTask InitializeAsync() => _fake = await TwilioFake.StartAsync();

    public ValueTask DisposeAsync() => _fake.DisposeAsync();

    [Fact]
    public async Task A_message_leaves_with_plus_and_its_life_in_seconds()
    {
        var message = Message();
        var accepted = Assert.IsType<Accepted>(await SendAsync(message));
        var form = Assert.Single(_fake.Accepted);
        Assert.Equal(("+393123450000", "AcmeCloud", message.Text, "300"), (form["To"], form["From"], form["Body"], form["ValidityPeriod"]));
        Assert.False(form.ContainsKey("StatusCallback"));
        Assert.StartsWith("SM", accepted.Id, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, "6")]
    [InlineData(10_000_000, "36000")]
    public async Task The_life_stays_within_what_the_api_takes(int seconds, string period)
    {
        await SendAsync(Message() with { Life = TimeSpan.FromSeconds(seconds) });
        Assert.Equal(period, Assert.Single(_fake.Accepted)["ValidityPeriod"]);
    }

    [Theory]
    [InlineData("393123450001", "+393123450001")]
    [InlineData("43123", "43123")]
    [InlineData("AcmeCloud", "AcmeCloud")]
    public async Task Only_a_number_gets_a_plus_as_sender(string configured, string sender)
    {
        await SendAsync(Message(), ("Delivery:From:default", configured));
        Assert.Equal(sender, Assert.Single(_fake.Accepted)["From"]);
    }

    [Fact]
    public async Task A_receipt_is_asked_for_where_it_can_be_believed_and_carries_our_reference()
    {
        var message = Message();
        await SendAsync(message, ("Twilio:AuthToken", TwilioFake.AuthToken));
        Assert.Equal(
            $"https://login.acme.example/delivery/receipts/twilio?ref={message.Reference}",
            Assert.Single(_fake.Accepted)["StatusCallback"]);
    }

    [Fact]
    public async Task Wrong_credentials_stop_the_route() =>
        Assert.True(Assert.IsType<ConfigError>(await SendAsync(Message(), ("Twilio:ApiKeySecret", "another"))).StopsRoute);

    [Theory, MemberData(nameof(Codes))]
    public async Task Each_code_has_its_class(int status, int code, Type expected, bool elsewhere)
    {
        _fake.Script(status, code);
        var outcome = await SendAsync(Message());
        Assert.IsType(expected, outcome);
        Assert.Equal(elsewhere, outcome.AllowsAnotherRoute);
    }

    [Fact]
    [Spec("M4")]
    public async Task An_empty_failure_does_not_say_whether_it_was_accepted()
    {
        _fake.Script(500, body: "");
        Assert.IsType<Unknown>(await SendAsync(Message()));
    }

    [Fact]
    public async Task The_wait_of_a_throttled_message_is_read()
    {
        _fake.Script(429, 20429, retryAfter: "2");
        Assert.Equal(TimeSpan.FromSeconds(2), Assert.IsType<Throttled>(await SendAsync(Message())).After);
    }

    [Fact]
    [Spec("M26")]
    public async Task A_body_that_breaks_off_does_not_undo_an_acceptance()
    {
        _fake.Script(201, body: """{"sid":"SM00""");
        Assert.Null(Assert.IsType<Accepted>(await SendAsync(Message())).Id);
    }

    [Theory]
    [InlineData(200, "text/html", "<html>Sign in to the network</html>", typeof(Unknown))]
    [InlineData(201, "text/html", "<html>Created</html>", typeof(Unknown))]
    [InlineData(201, "application/json", "", typeof(Unknown))]
    [InlineData(201, "application/json", "<html>", typeof(Unknown))]
    [InlineData(201, "application/json", "{}", typeof(Unknown))]
    [InlineData(201, "application/json", "[]", typeof(Unknown))]
    [InlineData(202, "application/json", "{}", typeof(Unknown))]
    [InlineData(400, "text/html", "<html>Bad Request</html>", typeof(RouteRefused))]
    [InlineData(413, "text/plain", "too large", typeof(RouteRefused))]
    [Spec("M4")]
    public async Task What_somebody_else_answered_in_their_place_is_trouble_of_the_route(
        int status, string type, string body, Type expected)
    {
        _fake.Script(status, body: body, contentType: type);
        var outcome = await SendAsync(Message());
        Assert.IsType(expected, outcome);
        Assert.True(outcome.AllowsAnotherRoute);
    }

    [Fact]
    [Spec("S132")]
    public async Task No_code_number_or_secret_is_logged_at_any_level()
    {
        await using var host = await HostAsync();
        foreach (var (status, code, _, _) in Codes.Select(row => row.Data))
        {
            _fake.Script(status, code);
            await host.Get<TwilioMessages>().SendAsync(Message(), CancellationToken.None);
        }

        Assert.NotEmpty(host.Log.Lines);
        Assert.All(host.Log.Lines, line => Assert.DoesNotMatch($"{Code}|312345|{TwilioFake.ApiKeySecret}|Basic", line));
    }

    private OutgoingMessage Message() => new()
    {
        Id = Guid.CreateVersion7(_clock.GetUtcNow()),
        To = PhoneNumber.FromStored("+393123450000"),
        Text = $"{Code} è il tuo codice di accesso AcmeCloud.\n\n@login.acme.example #{Code}",
        Life = TimeSpan.FromMinutes(5),
    };

    private async Task<DeliveryOutcome> SendAsync(OutgoingMessage message, params (string Name, string Value)[] settings)
    {
        await using var host = await HostAsync(settings);
        return await host.Get<TwilioMessages>().SendAsync(message, CancellationToken.None);
    }

    private Task<DeliveryHost> HostAsync(params (string Name, string Value)[] settings)
    {
        var all = DeliveryHost.On(_fake);
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        return DeliveryHost.StartAsync(null, _clock, all);
    }
}
