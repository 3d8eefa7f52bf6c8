using System.Globalization;
using Sso.Delivery.Routes;
using Sso.Delivery.Vonage;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;
using static Sso.Delivery.Routes.DeliveryOutcome;

namespace Sso.Delivery.Tests.Vonage;

/// <summary>One attempt at a time, over HTTP.</summary>
[Spec("M11")]
public sealed class VonageSmsTests : IAsyncLifetime
{
    private const string Code = "004217";
    private readonly FakeClock _clock = new();
    private VonageSmsFake _fake = null!;

    /// <summary>Row by row: status, class, whether the same route is asked again, whether another one is.</summary>
    public static TheoryData<int, Type, bool, bool> Statuses => new()
    {
        { 1, typeof(Throttled), true, true },
        { 2, typeof(Bug), false, false },
        { 3, typeof(InvalidNumber), false, false },
        { 4, typeof(ConfigError), false, true },
        { 5, typeof(ProviderDown), true, true },
        { 6, typeof(InvalidNumber), false, false },
        { 7, typeof(NotReachable), false, false },
        { 8, typeof(ConfigError), false, true },
        { 9, typeof(ConfigError), false, true },
        { 10, typeof(Throttled), false, true },
        { 11, typeof(ConfigError), false, true },
        { 12, typeof(Bug), false, false },
        { 14, typeof(ConfigError), false, true },
        { 15, typeof(ConfigError), false, true },
        { 17, typeof(RouteRefused), false, true },
        { 22, typeof(Bug), false, false },
        { 23, typeof(RouteRefused), false, true },
        { 29, typeof(ConfigError), false, true },
        { 32, typeof(Bug), false, false },
        { 33, typeof(NotReachable), false, false },
        { 13, typeof(RouteRefused), false, true },
        { 99, typeof(RouteRefused), false, true },
    };

    public async ValueTask InitializeAsync() => _fake = await VonageSmsFake.StartAsync();

    public ValueTask DisposeAsync() => _fake.DisposeAsync();

    [Fact]
    [Spec("M11")]
    public async Task A_message_leaves_without_plus_with_our_reference_and_its_life_in_milliseconds()
    {
        var message = Message();
        var accepted = Assert.IsType<Accepted>(await SendAsync(message));

        var form = Assert.Single(_fake.Accepted);
        Assert.Equal(("393123450000", "AcmeCloud", message.Text), (form["to"], form["from"], form["text"]));
        Assert.Equal((message.Reference, "300000", "text"), (form["client-ref"], form["ttl"], form["type"]));
        Assert.Equal("false", form["status-report-req"]);
        Assert.False(form.ContainsKey("callback"));
        Assert.Equal((16, 1), (accepted.Id!.Length, accepted.Parts));
    }

    [Theory]
    [InlineData(3, "20000")]
    [InlineData(10_000_000, "604800000")]
    [Spec("M11")]
    public async Task The_life_stays_within_what_the_api_takes(int seconds, string ttl)
    {
        await SendAsync(Message() with { Life = TimeSpan.FromSeconds(seconds) });
        Assert.Equal(ttl, Assert.Single(_fake.Accepted)["ttl"]);
    }

    [Fact]
    [Spec("M6")]
    public async Task A_text_outside_GSM_7_says_so_and_every_part_is_counted()
    {
        var accepted = Assert.IsType<Accepted>(await SendAsync(Message() with { Text = "È " + new string('a', 70) }));
        Assert.Equal("unicode", Assert.Single(_fake.Accepted)["type"]);
        Assert.Equal(2, accepted.Parts);
    }

    [Fact]
    [Spec("M24")]
    public async Task A_receipt_is_asked_for_where_it_can_be_believed()
    {
        await SendAsync(Message(), ("Vonage:SignatureSecrets:0", VonageSmsFake.SignatureSecret));
        var form = Assert.Single(_fake.Accepted);
        Assert.Equal(("true", "https://login.acme.example/delivery/receipts/vonage-sms"), (form["status-report-req"], form["callback"]));
    }

    [Fact]
    [Spec("M12")]
    public async Task A_signed_request_carries_no_secret()
    {
        var signed = ("Vonage:SignRequests", "true");
        Assert.IsType<Accepted>(await SendAsync(Message(), signed, ("Vonage:SignatureSecrets:0", VonageSmsFake.SignatureSecret)));
        Assert.Equal(
            _clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), Assert.Single(_fake.Accepted)["timestamp"]);
        var other = ("Vonage:SignatureSecrets:0", "another secret of thirty-two characters");
        Assert.True(Assert.IsType<ConfigError>(await SendAsync(Message(), signed, other)).StopsRoute);
    }

    [Fact]
    [Spec("M13")]
    public async Task Wrong_credentials_stop_the_route() =>
        Assert.True(Assert.IsType<ConfigError>(await SendAsync(Message(), ("Vonage:ApiSecret", "another"))).StopsRoute);

    [Theory, MemberData(nameof(Statuses))]
    [Spec("M13")]
    public async Task Each_status_has_its_class_and_its_retries(int status, Type expected, bool again, bool elsewhere)
    {
        _fake.Script(status);
        _fake.Script(status);
        await using var host = await HostAsync();
        var outcome = await host.Get<MessageRoutes>().For(Country.Italy).Single().SendAsync(Message(), twice: true, CancellationToken.None)
            .AdvancingAsync(_clock, TimeSpan.FromMilliseconds(100), host.Calls);
        Assert.IsType(expected, outcome);
        Assert.Equal((again ? 2 : 1, elsewhere), (_fake.Requests, outcome.AllowsAnotherRoute));
    }

    [Theory]
    [InlineData(200, "")]
    [InlineData(200, "<html>")]
    [InlineData(200, """{"message-count":"1","messages":[]}""")]
    [InlineData(200, """{"message-count":"1","messages":[{"status":"z"}]}""")]
    [InlineData(200, """{"message-count":"1","mess""")]
    [InlineData(503, "<html>")]
    [Spec("M13")]
    public async Task An_answer_that_says_nothing_leaves_it_unknown(int status, string body)
    {
        _fake.Script(status, body);
        Assert.IsType<Unknown>(await SendAsync(Message()));
    }

    [Fact]
    [Spec("M13")]
    public async Task A_message_counts_as_taken_only_when_each_part_was()
    {
        _fake.Script(200, """{"message-count":"2","messages":[{"status":"0","message-id":"0A"},{"status":"9"}]}""");
        Assert.IsType<ConfigError>(await SendAsync(Message()));
    }

    [Fact]
    [Spec("S132")]
    public async Task No_code_number_or_secret_is_logged_at_any_level()
    {
        await using var host = await HostAsync();
        for (var status = 1; status < 34; status++)
        {
            _fake.Script(status);
            await host.Get<VonageSms>().SendAsync(Message(), CancellationToken.None);
        }

        Assert.NotEmpty(host.Log.Lines);
        Assert.All(host.Log.Lines, line => Assert.DoesNotMatch($"{Code}|312345|{VonageSmsFake.ApiSecret}|Basic", line));
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
        return await host.Get<VonageSms>().SendAsync(message, CancellationToken.None);
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
