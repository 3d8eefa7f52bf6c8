using Microsoft.EntityFrameworkCore;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Delivery.Outbox;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Delivery.Tests;

[Spec("S12")]
[Spec("M4")]
public abstract class NoticeTests(string provider) : IAsyncLifetime
{
    private const string Number = "+393123450000";
    private static readonly Guid Person = Guid.Parse("01981ab0-0000-7000-8000-000000000001");
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

        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        await _fake.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_notice_leaves_like_a_code_and_its_number_is_erased_then()
    {
        var host = await HostAsync();
        var notice = await EnqueueAsync(host, TextNotice.NumberChanged, "it");
        var waiting = await host.RowAsync(notice);
        Assert.DoesNotContain("393123450000", System.Text.Encoding.UTF8.GetString(waiting.Protected!), StringComparison.Ordinal);

        await host.Get<TextSender>().SendAsync(notice);

        var row = await host.RowAsync(notice);
        Assert.Equal((OutgoingTextStatus.Sent, "Accepted"), (row.Status, row.Outcome));
        Assert.Null(row.Protected);
        var message = Assert.Single(_fake!.Accepted);
        Assert.Equal(("393123450000", null), (message.To, message.BoundCode));
        Assert.Equal(
            "AcmeCloud: il numero di telefono del tuo account è cambiato. Non sei stato tu? Leggi la nostra e-mail o contattaci.",
            message.Text);
        var delivery = Assert.Single(await host.DeliveriesAsync(notice));
        Assert.Equal(
            (null, TextPurpose.Notice, "+39 ••• ••• ••00", "vonage-messages", 1000),
            (delivery.ChallengeId, delivery.Purpose, delivery.MaskedNumber, delivery.Route, delivery.Cost));
    }

    [Fact]
    public async Task A_route_that_does_not_take_it_is_followed_by_the_next()
    {
        var host = await HostAsync();
        // The fake is silent about this number.
        var notice = await EnqueueAsync(host, TextNotice.PasswordChanged, "en", "+393123450200");
        var sending = host.Get<TextSender>().SendAsync(notice);
        await Patience.UntilAsync(() => _fake!.Waiting == 1, "the request arrives");
        _clock.Advance(TimeSpan.FromSeconds(5));
        await sending;

        Assert.Equal(["vonage-messages", "outbox"], (await host.DeliveriesAsync(notice)).Select(delivery => delivery.Route));
        Assert.StartsWith(
            "AcmeCloud: the password", Assert.Single(host.Get<DevelopmentOutboxReader>().List()).Text, StringComparison.Ordinal);
        _fake!.Open();
    }

    [Fact]
    [Spec("S127")]
    public async Task It_counts_as_a_text_and_waits_where_a_limit_is_reached_until_the_window_ends()
    {
        // Four fifths of five: the last text of a number is kept for a code.
        var host = await HostAsync(new() { ["Delivery:Limits:PerNumberAndHour"] = "5" });
        for (var sent = 0; sent < 4; sent++)
        {
            await host.Get<TextSender>().SendAsync(await EnqueueAsync(host, TextNotice.FactorAdded, "it"));
        }

        Assert.Equal(4, _fake!.Accepted.Count);
        var fifth = await EnqueueAsync(host, TextNotice.EmailChanged, "it");
        await host.Get<TextSender>().SendAsync(fifth);
        Assert.Equal(4, _fake!.Accepted.Count);
        Assert.Equal(
            (OutgoingTextStatus.Waiting, _clock.GetUtcNow().AddHours(1)),
            ((await host.RowAsync(fifth)).Status, (await host.RowAsync(fifth)).NextAttemptAt));
        Assert.Contains(host.Log.Lines, line => line.Contains("a limit for texts was reached", StringComparison.Ordinal));

        _clock.Advance(TimeSpan.FromHours(1));
        await host.Get<TextSender>().SendAsync(fifth);
        Assert.Equal(5, _fake!.Accepted.Count);
        await using var database = host.Open();
        var key = AttemptCounter.KeyOf("text-account-day", Person.ToString("N"));
        Assert.Equal(5, (await database.AttemptCounters.SingleAsync(row => row.Key == key)).Count);
    }

    [Fact]
    public async Task One_that_waited_for_a_day_is_given_up_and_erased()
    {
        var host = await HostAsync();
        var notice = await EnqueueAsync(host, TextNotice.EmailChanged, "it");
        _clock.Advance(OutgoingText.NoticeLifetime);
        await host.Get<TextSender>().SendAsync(notice);
        var row = await host.RowAsync(notice);
        Assert.Equal((OutgoingTextStatus.Failed, "Expired"), (row.Status, row.Outcome));
        Assert.Null(row.Protected);
        Assert.Equal(0, _fake!.Requests);
    }

    [Fact]
    public async Task One_that_costs_more_than_may_be_spent_is_given_up_and_erased_at_once()
    {
        var host = await HostAsync(new() { ["Delivery:Budget:PerHour"] = "0.05" });
        var notice = await EnqueueAsync(host, TextNotice.EmailChanged, "it");
        await host.Get<TextSender>().SendAsync(notice);
        var row = await host.RowAsync(notice);
        Assert.Equal((OutgoingTextStatus.Failed, "TooDear"), (row.Status, row.Outcome));
        Assert.Null(row.Protected);
        Assert.Equal(0, _fake!.Requests);
    }

    private static async Task<Guid> EnqueueAsync(DeliveryHost host, TextNotice notice, string language, string number = Number)
    {
        await using var database = host.Open();
        host.Queue.EnqueueNotice(database, Person, number, notice, language);
        await database.SaveChangesAsync();
        return database.OutgoingTexts.Local.Single().Id;
    }

    private async Task<DeliveryHost> HostAsync(Dictionary<string, string?>? settings = null)
    {
        var host = await DeliveryHost.StartAsync(_database, _clock, new(DeliveryHost.On(_fake!).Concat(settings ?? []))
        {
            ["Delivery:Routes:1"] = "outbox",
            ["Delivery:Outbox:Folder"] = Path.Combine(_database!.Folder, "outbox"),
        });
        _hosts.Add(host);
        return host;
    }
}

public sealed class NoticesOnSqlite() : NoticeTests("Sqlite");

public sealed class NoticesOnPostgreSql() : NoticeTests("PostgreSql");

public sealed class NoticesOnSqlServer() : NoticeTests("SqlServer");
