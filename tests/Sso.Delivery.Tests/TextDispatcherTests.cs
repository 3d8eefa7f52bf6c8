using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data.Delivery;
using Sso.Data.Secrets;
using Sso.Delivery.Outbox;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Delivery.Tests;

[Spec("M1")]
[Spec("M4")]
public abstract class TextDispatcherTests(string provider) : IAsyncLifetime
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly FakeClock _clock = new();
    private readonly List<DeliveryHost> _hosts = [];
    private TestDatabase? _database;
    private VonageFake? _fake;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(TestDatabase.WhyNot(provider) is not null, $"{provider}: {TestDatabase.WhyNot(provider)}");
        _database = await TestDatabase.CreateAsync(provider);
        _fake = await VonageFake.StartAsync(_clock);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_fake is null || _database is null)
        {
            return;
        }

        _fake.Open();
        foreach (var host in _hosts)
        {
            await host.StopAsync(_clock);
            await host.DisposeAsync();
        }

        await _fake.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_text_leaves_at_once_when_the_queue_is_woken()
    {
        var host = await HostAsync();
        await host.Dispatcher.StartAsync(CancellationToken.None);
        var (challenge, text) = await host.EnqueueAsync("+393123450000");
        host.Bell.Ring();
        var row = await EndedAsync(host, text);

        var message = Assert.Single(_fake!.Accepted);
        var delivery = Assert.Single(await host.DeliveriesAsync(text));
        Assert.Equal((OutgoingTextStatus.Sent, "Accepted"), (row.Status, row.Outcome));
        Assert.Equal(
            ("Accepted", "vonage-messages", "+39 ••• ••• ••00", "IT"),
            (delivery.Outcome, delivery.Route, delivery.MaskedNumber, delivery.Country));
        Assert.Equal((1000, _clock.GetUtcNow()), (delivery.Cost, delivery.SentAt));
        Assert.Equal(32, delivery.ProviderId!.Length);
        Assert.Equal("393123450000", message.To);
        Assert.Equal(delivery.Id.ToString("N"), message.Reference);
        Assert.Equal(("login.acme.example", MessageCode.Derive(host.Sealer, challenge)), message.BoundCode!.Value);
        Assert.InRange(message.Ttl, 299, 300);
    }

    [Fact]
    public async Task A_text_of_another_node_leaves_within_a_second()
    {
        var (here, there) = (await HostAsync(), await HostAsync());
        await there.Dispatcher.StartAsync(CancellationToken.None);
        // What its start found has been dealt with.
        await Patience.UntilAsync(
            () => there.Log.Lines.Any(line => line.Contains("OutgoingTexts", StringComparison.Ordinal)), "the first look");
        var (_, text) = await here.EnqueueAsync("+393123450000", TextPurpose.Enrolment, "en");
        _clock.Advance(Second);
        Assert.Equal(OutgoingTextStatus.Sent, (await EndedAsync(here, text)).Status);
        Assert.Contains("verification code", Assert.Single(_fake!.Accepted).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_nodes_send_each_text_once()
    {
        DeliveryHost[] nodes = [await HostAsync(), await HostAsync()];
        var texts = new List<Guid>();
        for (var index = 0; index < 60; index++)
        {
            texts.Add((await nodes[0].EnqueueAsync(string.Create(CultureInfo.InvariantCulture, $"+3931234510{index:D2}"))).Text);
        }

        await Task.WhenAll(nodes.Select(node => node.Dispatcher.StartAsync(CancellationToken.None)));
        await Patience.UntilAsync(
            async () =>
            {
                Array.ForEach(nodes, node => node.Bell.Ring());
                await using var database = nodes[0].Open();
                return !await database.OutgoingTexts.AnyAsync(row => row.Status == OutgoingTextStatus.Waiting);
            },
            "every text is sent");

        Assert.Equal(60, _fake!.Requests);
        await using var check = nodes[0].Open();
        var deliveries = await check.TextDeliveries.AsNoTracking().ToListAsync();
        Assert.Equal(texts.Order(), deliveries.Select(delivery => delivery.TextId).Order());
        Assert.Equal(
            deliveries.Select(delivery => delivery.Id.ToString("N")).Order(), _fake!.Accepted.Select(message => message.Reference).Order());
        Assert.Equal(
            60,
            await check.OutgoingTexts.CountAsync(row => row.Status == OutgoingTextStatus.Sent
                && row.Attempts == 1 && row.LeasedUntil == null));
        Assert.All(
            nodes,
            node => Assert.Contains(node.Log.Lines, line => line.Contains("by vonage-messages: Accepted", StringComparison.Ordinal)));
    }

    [Fact]
    [Spec("S20")]
    public async Task Nothing_leaves_after_its_end()
    {
        var host = await HostAsync();
        var (_, text) = await host.EnqueueAsync("+393123450000");
        _clock.Advance(TimeSpan.FromMinutes(5));
        await host.Dispatcher.StartAsync(CancellationToken.None);
        var row = await EndedAsync(host, text);
        Assert.Equal((OutgoingTextStatus.Failed, "Expired"), (row.Status, row.Outcome));
        Assert.Equal(0, _fake!.Requests);
    }

    [Fact]
    public async Task What_is_not_wanted_any_more_does_not_leave()
    {
        var host = await HostAsync();
        var (used, first) = await host.EnqueueAsync("+393123450000");
        var (replaced, second) = await host.EnqueueAsync("+393123450000");
        var (tried, third) = await host.EnqueueAsync("+393123450000");
        await using (var database = host.Open())
        {
            var now = _clock.GetUtcNow();
            await database.MessageChallenges.Where(row => row.Id == used.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedAt, now));
            await database.MessageChallenges.Where(row => row.Id == tried.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Tries, 5));
            await database.SecondFactors.Where(row => row.Id == replaced.FactorId).ExecuteDeleteAsync();
        }

        await host.Dispatcher.StartAsync(CancellationToken.None);
        foreach (var text in new[] { first, second, third })
        {
            Assert.Equal("NotWanted", (await EndedAsync(host, text)).Outcome);
        }

        Assert.Equal(0, _fake!.Requests);
    }

    [Fact]
    public async Task A_silent_provider_is_not_asked_again_and_the_next_route_has_the_same_code()
    {
        var host = await HostAsync(withOutbox: true);
        await host.Dispatcher.StartAsync(CancellationToken.None);
        var (challenge, text) = await host.EnqueueAsync("+393123450200");
        host.Bell.Ring();
        await Patience.UntilAsync(() => _fake!.Waiting == 1, "the request arrives");
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(OutgoingTextStatus.Sent, (await EndedAsync(host, text)).Status);
        Assert.Equal(
            [("vonage-messages", "Unknown"), ("outbox", "Accepted")],
            (await host.DeliveriesAsync(text)).Select(delivery => (delivery.Route, delivery.Outcome!)));
        Assert.Equal(1, _fake!.Requests);
        var copy = Assert.Single(host.Get<DevelopmentOutboxReader>().List());
        Assert.Equal(_fake!.Accepted.Single().Text, copy.Text);
        Assert.EndsWith("#" + MessageCode.Derive(host.Sealer, challenge), copy.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_of_the_only_route_is_not_called_sent_and_not_repeated()
    {
        var host = await HostAsync();
        await host.Dispatcher.StartAsync(CancellationToken.None);
        var (_, text) = await host.EnqueueAsync("+393123450201");
        host.Bell.Ring();
        var row = await EndedAsync(host, text);
        Assert.Equal((OutgoingTextStatus.Failed, "Unknown"), (row.Status, row.Outcome));
        _clock.Advance(TimeSpan.FromMinutes(2));
        await host.Dispatcher.StopAsync(CancellationToken.None);
        Assert.Equal(1, _fake!.Requests);
    }

    [Fact]
    public async Task A_provider_that_is_down_is_asked_twice_and_then_the_next_route()
    {
        var host = await HostAsync(withOutbox: true);
        await host.Dispatcher.StartAsync(CancellationToken.None);
        var (_, text) = await host.EnqueueAsync("+393123450202");
        host.Bell.Ring();
        await AdvanceUntilEndedAsync(host, text);
        Assert.Equal(OutgoingTextStatus.Sent, (await host.RowAsync(text)).Status);
        Assert.Equal(["vonage-messages", "outbox"], (await host.DeliveriesAsync(text)).Select(delivery => delivery.Route));
        Assert.Equal(2, _fake!.Requests);
    }

    [Theory]
    [InlineData("0006", "InvalidNumber")]
    [InlineData("0007", "NotReachable")]
    [InlineData("0300", "FraudBlocked")]
    public async Task What_is_wrong_with_the_number_is_not_tried_elsewhere(string lastFour, string outcome)
    {
        var host = await HostAsync(withOutbox: true);
        await host.Dispatcher.StartAsync(CancellationToken.None);
        var (_, text) = await host.EnqueueAsync("+39312345" + lastFour);
        host.Bell.Ring();
        var row = await EndedAsync(host, text);
        Assert.Equal((OutgoingTextStatus.Failed, outcome), (row.Status, row.Outcome));
        Assert.Equal(1, _fake!.Requests);
        Assert.Empty(host.Get<DevelopmentOutboxReader>().List());
    }

    [Fact]
    public async Task A_text_that_a_dead_node_had_in_hand_goes_by_the_next_route_once_its_lease_is_over()
    {
        var host = await HostAsync(withOutbox: true);
        var (challenge, text) = await host.EnqueueAsync("+393123450000");
        await using (var database = host.Open())
        {
            var until = _clock.GetUtcNow() + TimeSpan.FromSeconds(30);
            await database.OutgoingTexts.ExecuteUpdateAsync(
                set => set.SetProperty(row => row.LeasedUntil, until).SetProperty(row => row.Attempts, 1));
            database.TextDeliveries.Add(host.Begun(text, challenge.Id, "vonage-messages"));
            await database.SaveChangesAsync();
        }

        await host.Dispatcher.StartAsync(CancellationToken.None);
        for (var second = 0; second < 30; second++)
        {
            _clock.Advance(Second);
            Assert.Equal(OutgoingTextStatus.Waiting, (await host.RowAsync(text)).Status);
        }

        _clock.Advance(Second);
        var row = await EndedAsync(host, text);
        Assert.Equal((OutgoingTextStatus.Sent, 2), (row.Status, row.Attempts));
        Assert.Equal(["vonage-messages", "outbox"], (await host.DeliveriesAsync(text)).Select(delivery => delivery.Route));
        Assert.Equal(0, _fake!.Requests);
    }

    [Fact]
    public async Task A_key_that_this_node_does_not_know_yet_delays_the_text()
    {
        var (here, there) = (await HostAsync(), await HostAsync());
        _clock.Advance(DataKeyRing.RenewAfter + TimeSpan.FromDays(1));
        await here.Get<DataKeyRing>().LoadAsync(CancellationToken.None);
        // A new key settles before it seals.
        _clock.Advance(TimeSpan.FromMinutes(2));
        var (_, text) = await here.EnqueueAsync("+393123450000");
        await there.Dispatcher.StartAsync(CancellationToken.None);
        await Patience.UntilAsync(
            () => there.Log.Lines.Any(line => line.Contains("data key", StringComparison.Ordinal)), "the key is missed");
        Assert.Equal(OutgoingTextStatus.Waiting, (await here.RowAsync(text)).Status);

        await there.Get<DataKeyRing>().LoadAsync(CancellationToken.None);
        await AdvanceUntilEndedAsync(there, text);
        Assert.Equal(OutgoingTextStatus.Sent, (await there.RowAsync(text)).Status);
    }

    [Fact]
    public async Task A_database_that_is_away_is_said_once_and_waited_for()
    {
        var outage = new Outage();
        var host = await HostAsync(change: services => services.Decorate(outage));
        var (_, text) = await host.EnqueueAsync("+393123450000");
        outage.IsOn = true;
        await host.Dispatcher.StartAsync(CancellationToken.None);
        await Patience.UntilAsync(() => outage.Refused >= 1, "the first look");
        for (var look = 2; look <= 5; look++)
        {
            _clock.Advance(Second);
            await Patience.UntilAsync(() => outage.Refused >= look, "another look");
        }

        outage.IsOn = false;
        await AdvanceUntilEndedAsync(host, text);
        Assert.Equal(OutgoingTextStatus.Sent, (await host.RowAsync(text)).Status);
        Assert.Single(host.Log.Lines, line => line.Contains("cannot be read", StringComparison.Ordinal));
        Assert.Single(host.Log.Lines, line => line.Contains("can be read again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stopping_waits_until_what_has_left_is_written_down()
    {
        var host = await HostAsync();
        await host.Dispatcher.StartAsync(CancellationToken.None);
        var (_, text) = await host.EnqueueAsync("+393123450200");
        host.Bell.Ring();
        await Patience.UntilAsync(() => _fake!.Waiting == 1, "the request arrives");
        var stopping = host.Dispatcher.StopAsync(CancellationToken.None);
        Assert.False(stopping.IsCompleted);
        _fake!.Open();
        await stopping;
        Assert.Equal(OutgoingTextStatus.Sent, (await host.RowAsync(text)).Status);
    }

    [Fact]
    [Spec("S132")]
    public async Task No_code_or_number_is_logged_at_any_level_from_the_queue_to_the_provider()
    {
        var host = await HostAsync(withOutbox: true);
        await host.Dispatcher.StartAsync(CancellationToken.None);
        var codes = new List<string>();
        foreach (var lastFour in new[] { "0000", "0002", "0006", "0202", "0300" })
        {
            var (challenge, text) = await host.EnqueueAsync("+39312345" + lastFour);
            codes.Add(MessageCode.Derive(host.Sealer, challenge)!);
            host.Bell.Ring();
            await AdvanceUntilEndedAsync(host, text);
        }

        // Bounded by what is no digit: six digits may stand inside an id.
        Assert.All(host.Log.Lines, line => Assert.DoesNotMatch($"(?<![0-9a-f])({string.Join('|', codes)})(?![0-9a-f])", line));
        Assert.All(host.Log.Lines, line => Assert.DoesNotContain("312345", line, StringComparison.Ordinal));
        Assert.Contains(host.Log.Lines, line => line.Contains("+39 ••• ••• ••00", StringComparison.Ordinal));
    }

    private static async Task<OutgoingText> EndedAsync(DeliveryHost host, Guid text)
    {
        await Patience.UntilAsync(async () => (await host.RowAsync(text)).Status != OutgoingTextStatus.Waiting, "the text is dealt with");
        return await host.RowAsync(text);
    }

    /// <summary>
    /// Moves the clock for what waits by it, but not while the first request is on its way: five seconds of it would be a silence.
    /// </summary>
    private Task AdvanceUntilEndedAsync(DeliveryHost host, Guid text) => _clock.AdvanceUntilAsync(
        async () => (await host.RowAsync(text)).Status != OutgoingTextStatus.Waiting,
        TimeSpan.FromMilliseconds(100),
        host.Calls,
        "the text is dealt with");

    private async Task<DeliveryHost> HostAsync(bool withOutbox = false, Action<IServiceCollection>? change = null)
    {
        var settings = DeliveryHost.On(_fake!);
        if (withOutbox)
        {
            settings["Delivery:Routes:1"] = "outbox";
            settings["Delivery:Outbox:Folder"] = Path.Combine(_database!.Folder, "outbox");
        }

        var host = await DeliveryHost.StartAsync(_database!, _clock, settings, change);
        _hosts.Add(host);
        return host;
    }
}
