using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Delivery.Receipts;
using Sso.Delivery.Routes;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Delivery.Tests;

/// <summary>Two providers, Vonage before Twilio, and what becomes of one code between them.</summary>
[Spec("M4")]
[Spec("F12")]
public abstract class FailoverTests(string provider) : IAsyncLifetime
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly FakeClock _clock = new();
    private readonly List<DeliveryHost> _hosts = [];
    private TestDatabase? _database;
    private VonageFake _vonage = null!;
    private TwilioFake _twilio = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(TestDatabase.WhyNot(provider) is not null, $"{provider}: {TestDatabase.WhyNot(provider)}");
        _database = await TestDatabase.CreateAsync(provider);
        (_vonage, _twilio) = (await VonageFake.StartAsync(_clock), await TwilioFake.StartAsync());
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_database is null)
        {
            return;
        }

        _vonage.Open();
        foreach (var host in _hosts)
        {
            await host.StopAsync(_clock);
            await host.DisposeAsync();
        }

        await _vonage.DisposeAsync();
        await _twilio.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_code_without_a_receipt_goes_once_more_by_the_other_route()
    {
        var host = await HostAsync();
        var (challenge, text) = await SendAsync(host);
        Assert.Equal(OutgoingTextStatus.AwaitingReceipt, (await host.RowAsync(text)).Status);

        _clock.Advance(TimeSpan.FromSeconds(19));
        await SettledAsync(host);
        Assert.Equal(0, _twilio.Requests);
        _clock.Advance(2 * Second);
        await UntilAsync(host, text, OutgoingTextStatus.Sent);
        Assert.EndsWith(
            "#" + MessageCode.Derive(host.Sealer, challenge), Assert.Single(_twilio.Accepted)["Body"], StringComparison.Ordinal);
        Assert.Equal(_vonage.Accepted.Single().Text, _twilio.Accepted.Single()["Body"]);

        _clock.Advance(TimeSpan.FromMinutes(2));
        await SettledAsync(host);
        Assert.Equal((1, 1), (_vonage.Requests, _twilio.Requests));
    }

    [Fact]
    public async Task A_page_of_a_portal_in_the_place_of_an_acceptance_sends_the_code_by_the_other_route_at_once()
    {
        var host = await HostAsync();
        _vonage.Script(
            new VonageFakeAnswer { Status = 202, ContentType = "text/html", Body = "<html>Welcome to the network of the hotel</html>" });
        var (challenge, text) = await SendAsync(host);
        await UntilAsync(host, text, OutgoingTextStatus.Sent);
        Assert.EndsWith(
            "#" + MessageCode.Derive(host.Sealer, challenge), Assert.Single(_twilio.Accepted)["Body"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receipt_in_time_keeps_the_other_route_quiet()
    {
        var host = await HostAsync();
        var (_, text) = await SendAsync(host);
        await ReceiptAsync(host, text, TextReceiptStatus.Delivered);
        _clock.Advance(TimeSpan.FromSeconds(21));
        await UntilAsync(host, text, OutgoingTextStatus.Sent);
        Assert.Equal(0, _twilio.Requests);
    }

    [Fact]
    public async Task A_code_that_was_entered_is_not_sent_again()
    {
        var host = await HostAsync();
        var (challenge, text) = await SendAsync(host);
        await using (var database = host.Open())
        {
            var now = _clock.GetUtcNow();
            await database.MessageChallenges.Where(row => row.Id == challenge.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedAt, now));
        }

        _clock.Advance(TimeSpan.FromSeconds(21));
        await UntilAsync(host, text, OutgoingTextStatus.Sent);
        Assert.Equal((0, "Accepted"), (_twilio.Requests, (await host.RowAsync(text)).Outcome));
    }

    [Fact]
    public async Task A_receipt_that_it_failed_brings_the_other_route_at_once()
    {
        var host = await HostAsync();
        var (_, text) = await SendAsync(host);
        await ReceiptAsync(host, text, TextReceiptStatus.Failed);
        await UntilAsync(host, text, OutgoingTextStatus.Sent);
        Assert.Single(_twilio.Accepted);
    }

    [Fact]
    public async Task A_number_that_refuses_is_not_tried_elsewhere()
    {
        var host = await HostAsync();
        var (_, text) = await SendAsync(host);
        await ReceiptAsync(host, text, TextReceiptStatus.Refused);
        _clock.Advance(TimeSpan.FromSeconds(21));
        await UntilAsync(host, text, OutgoingTextStatus.Sent);
        Assert.Equal(0, _twilio.Requests);
    }

    [Fact]
    public async Task A_route_whose_receipts_nobody_can_check_is_taken_at_its_word()
    {
        var host = await HostAsync(settings => settings.Remove("Vonage:SignatureSecrets:0"));
        var (_, text) = await SendAsync(host);
        Assert.Equal(OutgoingTextStatus.Sent, (await host.RowAsync(text)).Status);
        Assert.Null(Assert.Single(_vonage.Accepted).WebhookUrl);
    }

    [Fact]
    public async Task Receipts_are_asked_for_at_our_public_address()
    {
        await SendAsync(await HostAsync());
        Assert.Equal("https://login.acme.example/delivery/receipts/vonage-messages", Assert.Single(_vonage.Accepted).WebhookUrl);
    }

    [Fact]
    public async Task After_a_silence_there_is_one_more_message_and_no_third()
    {
        var host = await HostAsync(settings => settings["Twilio:AuthToken"] = TwilioFake.AuthToken);
        await host.Dispatcher.StartAsync(CancellationToken.None);
        var (_, text) = await host.EnqueueAsync("+393123450200");
        host.Bell.Ring();
        await Patience.UntilAsync(() => _vonage.Waiting == 1, "the request arrives");
        _clock.Advance(TimeSpan.FromSeconds(5));
        await UntilAsync(host, text, OutgoingTextStatus.Sent);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await SettledAsync(host);
        Assert.Equal((1, 1), (_vonage.Requests, _twilio.Requests));
    }

    [Fact]
    public async Task A_text_that_is_sent_again_begins_with_the_other_route()
    {
        var host = await HostAsync(settings => settings.Remove("Vonage:SignatureSecrets:0"));
        var (challenge, _) = await SendAsync(host);
        await using (var database = host.Open())
        {
            await host.Queue.EnqueueAsync(database, challenge, TextPurpose.SignIn, "it", CancellationToken.None);
            await database.SaveChangesAsync();
        }

        host.Bell.Ring();
        await Patience.UntilAsync(() => _twilio.Accepted.Count == 1, "the other route has it");
        Assert.Equal(_vonage.Accepted.Single().Text, _twilio.Accepted.Single()["Body"]);
    }

    [Fact]
    [Spec("M3")]
    public async Task A_country_may_have_an_order_of_its_own()
    {
        var host = await HostAsync(settings =>
        {
            settings["Delivery:RoutesByCountry:IT:0"] = "twilio";
            settings["Delivery:RoutesByCountry:IT:1"] = "vonage-messages";
        });
        Assert.Equal(["twilio", "vonage-messages"], host.Get<MessageRoutes>().For(Country.Italy).Select(route => route.Name));
        Assert.Equal(["vonage-messages", "twilio"], host.Get<MessageRoutes>().For(Country.Find("FR")!).Select(route => route.Name));
    }

    [Fact]
    public async Task When_the_first_route_dies_amid_two_hundred_codes_each_arrives_by_the_second_and_none_is_replaced()
    {
        var host = await HostAsync();
        // Half are taken before the end, and none of them arrives: a provider that dies sends no receipts.
        _vonage.BeforeAnswer = _ =>
        {
            _vonage.IsDown |= _vonage.Accepted.Count >= 100;
            return Task.CompletedTask;
        };
        var codes = new Dictionary<string, string>();
        for (var index = 5000; index < 5200; index++)
        {
            var number = string.Create(CultureInfo.InvariantCulture, $"+3933312{index:D5}");
            codes.Add(number, MessageCode.Derive(host.Sealer, (await host.EnqueueAsync(number)).Challenge)!);
        }

        await host.Dispatcher.StartAsync(CancellationToken.None);
        await _clock.AdvanceUntilAsync(
            async () =>
            {
                host.Bell.Ring();
                await using var database = host.Open();
                return await database.OutgoingTexts.AllAsync(row => row.Status == OutgoingTextStatus.Sent);
            },
            TimeSpan.FromMilliseconds(250),
            host.Calls,
            "every code has left");

        Assert.True(_vonage.IsDown);
        Assert.InRange(_vonage.Accepted.Count, 100, 120);
        Assert.Equal(codes.Keys.Order(), _twilio.Accepted.Select(form => form["To"]).Order());
        Assert.All(_twilio.Accepted, form => Assert.EndsWith("#" + codes[form["To"]], form["Body"], StringComparison.Ordinal));
        Assert.All(_vonage.Accepted, message => Assert.EndsWith("#" + codes["+" + message.To], message.Text, StringComparison.Ordinal));
        await using var check = host.Open();
        Assert.Equal(200, await check.MessageChallenges.CountAsync());
        Assert.All(
            await check.TextDeliveries.Where(row => row.Outcome == "Accepted")
                .GroupBy(row => row.ChallengeId).Select(group => group.Count()).ToListAsync(),
            messages => Assert.InRange(messages, 1, 2));
        // The breaker keeps the dead route from being asked for each.
        Assert.InRange(_vonage.Requests, 100, 180);
    }

    private static Task UntilAsync(DeliveryHost host, Guid text, OutgoingTextStatus status) =>
        Patience.UntilAsync(async () => (await host.RowAsync(text)).Status == status, $"the text is {status}");

    /// <summary>The dispatcher has looked at least once since the clock moved.</summary>
    private static async Task SettledAsync(DeliveryHost host)
    {
        var looks = host.Log.Lines.Count(IsLook);
        host.Bell.Ring();
        await Patience.UntilAsync(() => host.Log.Lines.Count(IsLook) > looks, "another look");

        static bool IsLook(string line) => line.Contains("OutgoingTexts", StringComparison.Ordinal);
    }

    private static async Task ReceiptAsync(DeliveryHost host, Guid text, TextReceiptStatus status)
    {
        var delivery = Assert.Single(await host.DeliveriesAsync(text));
        var receipt = new TextReceipt { DeliveryId = delivery.Id, Status = status };
        Assert.True(await host.Get<TextReceipts>().StoreAsync(delivery.Route, new ReceiptReading.Read(receipt), CancellationToken.None));
    }

    private static async Task<(MessageChallenge Challenge, Guid Text)> SendAsync(DeliveryHost host)
    {
        await host.Dispatcher.StartAsync(CancellationToken.None);
        var sent = await host.EnqueueAsync("+393123450000");
        host.Bell.Ring();
        await Patience.UntilAsync(async () => (await host.RowAsync(sent.Text)).Outcome is not null, "the first route has it");
        return sent;
    }

    private async Task<DeliveryHost> HostAsync(Action<Dictionary<string, string?>>? change = null)
    {
        var settings = DeliveryHost.On(_vonage);
        foreach (var (name, value) in DeliveryHost.On(_twilio))
        {
            settings[name] = value;
        }

        settings["Delivery:Routes:0"] = "vonage-messages";
        settings["Delivery:Routes:1"] = "twilio";
        settings["Vonage:SignatureSecrets:0"] = VonageSmsFake.SignatureSecret;
        change?.Invoke(settings);
        var host = await DeliveryHost.StartAsync(_database!, _clock, settings);
        _hosts.Add(host);
        return host;
    }
}

public sealed class FailoverOnSqlite() : FailoverTests("Sqlite");

public sealed class FailoverOnPostgreSql() : FailoverTests("PostgreSql");

public sealed class FailoverOnSqlServer() : FailoverTests("SqlServer");
