using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Delivery.Spending;
using Sso.Testing;
using Xunit;

namespace Sso.Delivery.Tests.Spending;

/// <summary>What may be spent, what is told when it is not, and who is served all the same.</summary>
[Spec("M5")]
[Spec("S127")]
public sealed class SpendGuardTests : IAsyncLifetime
{
    private static readonly string[] Wide =
    [
        "Limits:PerNumberAndHour", "Limits:PerNumberAndDay", "Limits:PerRangeAndHour",
        "Limits:PerPrefixAndHour", "Limits:PerHour", "Limits:PerDay",
        "Budget:PerHour", "Budget:PerDay",
    ];

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly FakeClock _clock = new();
    private readonly List<DeliveryHost> _hosts = [];
    private TestDatabase _database = null!;
    private int _people;

    /// <summary>
    /// Settings that leave one limit in the way, how many pass, its name, what the alert tells, a number that is still served.
    /// </summary>
    public static TheoryData<string, int, string, string, string> Limits => new()
    {
        { "Limits:PerNumberAndHour=2", 2, "text-number-hour", "+39 ••• ••• ••67", "3331234568" },
        { "Limits:PerNumberAndDay=2", 2, "text-number-day", "+39 ••• ••• ••67", "3331234568" },
        { "Limits:PerRangeAndHour=3", 3, "text-range-hour", "+39333123", "3339994567" },
        { "Limits:PerPrefixAndHour=3", 3, "text-prefix-hour", "+39333", "3281234567" },
        { "Limits:PerHour=3", 3, "text-all-hour", "", "" },
        { "Limits:PerDay=3", 3, "text-all-day", "", "" },
        { "Budget:PerHour=0.35", 3, "text-budget-hour", "", "" },
        { "Budget:PerDay=0.35", 3, "text-budget-day", "", "" },
    };

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        await _database.DisposeAsync();
    }

    [Theory, MemberData(nameof(Limits))]
    public async Task Each_limit_stops_tells_once_an_hour_and_leaves_others_alone(
        string setting, int passing, string limit, string subject, string other)
    {
        var host = await HostAsync(setting);
        for (var text = 0; text < passing; text++)
        {
            Assert.Null(await AskAsync(host, "3331234567"));
        }

        Assert.NotNull(await AskAsync(host, "3331234567"));
        Assert.NotNull(await AskAsync(host, "3331234567"));
        var alert = Assert.Single(
            await AlertsAsync(host),
            alert => !alert.Limit.EndsWith("-near", StringComparison.Ordinal) && !alert.Limit.EndsWith("-half", StringComparison.Ordinal));
        Assert.Equal((limit, subject, _clock.GetUtcNow()), (alert.Limit, alert.Subject, alert.At));
        Assert.Single(
            host.Log.Lines,
            line => line.Contains("Texts are stopped", StringComparison.Ordinal) && line.Contains(limit, StringComparison.Ordinal));
        Assert.Equal(other.Length > 0, other.Length > 0 && await AskAsync(host, other) is null);

        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Null(await AskAsync(host, "3331234567"));
    }

    [Fact]
    public async Task Each_stop_is_counted_by_its_limit()
    {
        var host = await HostAsync("Limits:PerHour=1");
        var (metrics, stopped) = (host.Get<DeliveryMetrics>(), new List<string>());
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, metrics) && instrument.Name == "sso.texts.stopped")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => stopped.Add((string)tags[0].Value!));
        listener.Start();
        for (var text = 0; text < 4; text++)
        {
            await AskAsync(host, "3331234567");
        }

        Assert.Equal(Enumerable.Repeat("text-all-hour", 3), stopped);
    }

    [Fact]
    public async Task The_price_is_counted_as_the_table_says_and_rounded_up()
    {
        var host = await HostAsync("Prices:IT=0.06541");
        Assert.Null(await AskAsync(host, "3331234567"));
        Assert.Equal(655, await CountAsync(host, "text-budget-hour"));
        Assert.Equal(655, await CountAsync(host, "text-budget-day"));
    }

    [Fact]
    [Spec("S129")]
    public async Task Half_of_a_budget_is_told_and_four_fifths_warn_once_each()
    {
        var host = await HostAsync("Budget:PerHour=1");
        var told = new List<string>();
        for (var text = 0; text < 9; text++)
        {
            Assert.Null(await AskAsync(host, "3331234567"));
            told.Add(string.Join(' ', (await AlertsAsync(host)).Select(alert => alert.Limit).Order(StringComparer.Ordinal)));
        }

        Assert.Equal(["", "text-budget-hour-half", "text-budget-hour-half text-budget-hour-near"], told.Distinct());
        Assert.Equal("text-budget-hour-half", told[6]);
    }

    [Fact]
    public async Task Enrolment_leaves_a_fifth_of_what_all_share_to_those_who_sign_in()
    {
        var host = await HostAsync("Budget:PerHour=1");
        for (var text = 0; text < 8; text++)
        {
            Assert.Null(await AskAsync(host, "3331234567", TextPurpose.Enrolment));
        }

        Assert.NotNull(await AskAsync(host, "3331234567", TextPurpose.Enrolment));
        Assert.Null(await AskAsync(host, "3331234567"));
        Assert.Null(await AskAsync(host, "3331234567"));
        Assert.NotNull(await AskAsync(host, "3331234567"));
    }

    [Fact]
    [Spec("F12")]
    public async Task A_second_message_is_paid_like_the_first_and_not_sent_without_money()
    {
        var host = await HostAsync("Budget:PerHour=0.2");
        Assert.Null(await AskAsync(host, "3331234567"));
        await using var database = host.Open();
        var (limits, number) = (host.Get<SendLimits>(), PhoneNumber.FromStored("+393331234567"));
        Assert.True(await limits.TryPayAgainAsync(database, number, TextPurpose.SignIn, _clock.GetUtcNow(), CancellationToken.None));
        Assert.False(await limits.TryPayAgainAsync(database, number, TextPurpose.SignIn, _clock.GetUtcNow(), CancellationToken.None));
        Assert.Equal(2000, await CountAsync(host, "text-budget-hour"));
    }

    [Fact]
    public async Task A_number_of_a_country_that_is_no_longer_served_gets_nothing()
    {
        var host = await HostAsync("AllowedCountries:0=IT");
        Assert.NotNull(await AskAsync(host, "+33612345678"));
        Assert.Equal(("country", "FR"), Assert.Single(await AlertsAsync(host)) is var alert ? (alert.Limit, alert.Subject) : default);
        var open = await HostAsync("AllowedCountries:0=FR;Prices:FR=0.08");
        Assert.Null(await AskAsync(open, "+33612345678"));
    }

    [Fact]
    public async Task A_prefix_whose_codes_nobody_enters_is_closed_for_an_hour_and_others_are_not()
    {
        var host = await HostAsync("");
        await SentAsync(host, "+39333", 20, entered: 6);
        Assert.Null(await AskAsync(host, "3331234567"));
        _clock.Advance(3 * Minute);
        Assert.Equal(TimeSpan.FromHours(1), await AskAsync(host, "3331234567"));
        Assert.Equal(59 * Minute, await AskAsync(host, "3331234567", after: Minute));
        Assert.Null(await AskAsync(host, "3281234567"));
        Assert.Equal(
            ("conversion", "SignIn/+39333"), Assert.Single(await AlertsAsync(host)) is var alert ? (alert.Limit, alert.Subject) : default);
        Assert.Single(
            host.Log.Lines,
            line => line.Contains("Error", StringComparison.Ordinal) && line.Contains("is closed for texts", StringComparison.Ordinal));

        // Open again, it is judged by what is sent from then on.
        Assert.Null(await AskAsync(host, "3331234567", after: TimeSpan.FromHours(1)));
    }

    [Theory]
    [InlineData(20, 7)]
    [InlineData(19, 0)]
    public async Task Enough_codes_entered_or_too_few_sent_keep_it_open(int sent, int entered)
    {
        var host = await HostAsync("");
        await SentAsync(host, "+39333", sent, entered);
        Assert.Null(await AskAsync(host, "3331234567", after: 3 * Minute));
    }

    [Fact]
    public async Task What_never_arrived_says_nothing_about_those_who_should_enter_it()
    {
        var host = await HostAsync("");
        await SentAsync(host, "+39333", 30, entered: 0, receipt: TextReceiptStatus.Failed);
        await SentAsync(host, "+39333", 30, entered: 0, outcome: "ProviderDown");
        Assert.Null(await AskAsync(host, "3331234567", after: 3 * Minute));
    }

    [Fact]
    public async Task Strangers_who_enrol_cannot_close_a_prefix_for_those_who_sign_in()
    {
        var host = await HostAsync("");
        await SentAsync(host, "+39333", 20, entered: 0, purpose: TextPurpose.Enrolment);
        Assert.NotNull(await AskAsync(host, "3331234567", TextPurpose.Enrolment, 3 * Minute));
        Assert.Null(await AskAsync(host, "3331234567"));
    }

    [Fact]
    public async Task A_code_that_comes_back_counts_for_every_message_that_carried_it()
    {
        var host = await HostAsync("");
        await SentAsync(host, "+39333", 2, entered: 0);
        await using var database = host.Open();
        var challenge = await database.TextDeliveries.Select(row => row.ChallengeId).Distinct().SingleAsync();
        await host.Get<SendLimits>().CodeEnteredAsync(database, challenge!.Value, _clock.GetUtcNow(), CancellationToken.None);
        Assert.Equal(2, await database.TextDeliveries.CountAsync(row => row.EnteredAt != null));
    }

    [Fact]
    public async Task Ten_thousand_requests_to_pump_cost_less_than_the_budget_and_customers_elsewhere_are_served()
    {
        var host = await HostAsync("");
        await using var database = host.Open();
        var (pumped, served, asked) = (0, 0, 0);
        for (var request = 0; request < 10_000; request++)
        {
            // Over two hours and over a thousand ranges of one operator, each time by another account and address; nobody enters a code.
            _clock.Advance(TimeSpan.FromSeconds(0.72));
            var number = $"333{request % 1000:D3}{request / 1000:D4}";
            if (await AskAsync(host, number, TextPurpose.Enrolment, database: database) is null)
            {
                pumped++;
                await SentAsync(host, "+39333", 1, entered: 0, purpose: TextPurpose.Enrolment);
            }

            if (request % 200 == 0)
            {
                asked++;
                served += await AskAsync(host, $"328{request / 200:D3}1234", database: database) is null ? 1 : 0;
            }
        }

        Assert.Equal((50, 50), (asked, served));
        // Four fifths of what a prefix may have in an hour, twice; all together below the budget of one hour.
        Assert.InRange(pumped, 40, 80);
        Assert.InRange(await CountAsync(host, "text-budget-day"), 1, 200_000 - 1);
        Assert.Contains(await AlertsAsync(host), alert => alert.Limit == "conversion" && alert.Subject == "Enrolment/+39333");
    }

    [Fact]
    public async Task A_burst_to_one_prefix_is_over_before_it_costs_the_others_anything()
    {
        var host = await HostAsync("");
        await using var database = host.Open();
        var pumped = 0;
        for (var request = 0; request < 300; request++)
        {
            pumped += await AskAsync(host, $"333{request % 1000:D3}{request / 1000:D4}", TextPurpose.Enrolment, database: database) is null
                ? 1
                : 0;
        }

        Assert.Equal(40, pumped);
        Assert.Null(await AskAsync(host, "3281234567"));
        Assert.Null(await AskAsync(host, "3331234567"));
    }

    [Theory]
    [InlineData("Budget:PerHour=0.09", TextPurpose.SignIn, "text-budget-hour")]
    [InlineData("Budget:PerDay=0.09", TextPurpose.SignIn, "text-budget-day")]
    // Four fifths of it are less than the 0.10 that a text to Italy costs.
    [InlineData("Budget:PerHour=0.12", TextPurpose.Enrolment, "text-budget-hour")]
    [InlineData("Budget:PerDay=0.12", TextPurpose.Notice, "text-budget-day")]
    public async Task A_text_dearer_than_all_that_may_be_spent_is_not_promised_for_later_and_told_once_an_hour(
        string setting, TextPurpose purpose, string budget)
    {
        var host = await HostAsync(setting);
        Assert.Equal(new SendStop(Wait: null, IsOwn: false), await StopAsync(host, "3331234567", purpose));
        Assert.Equal(new SendStop(Wait: null, IsOwn: false), await StopAsync(host, "3281234567", purpose));
        Assert.Equal(("too-dear", "IT"), Assert.Single(await AlertsAsync(host)) is var alert ? (alert.Limit, alert.Subject) : default);
        Assert.Single(
            host.Log.Lines,
            line => line.Contains("Error", StringComparison.Ordinal) && line.Contains(
                $"more than the whole {budget}", StringComparison.Ordinal));
        await using var database = host.Open();
        Assert.Empty(database.AttemptCounters);
    }

    [Fact]
    public async Task A_text_that_costs_just_what_may_be_spent_leaves()
    {
        var host = await HostAsync("Budget:PerHour=0.1");
        Assert.Null(await StopAsync(host, "3331234567"));
        Assert.Equal(TimeSpan.FromHours(1), await AskAsync(host, "3331234567"));
    }

    /// <summary>How long to wait; for ever when no wait helps.</summary>
    private async Task<TimeSpan?> AskAsync(
        DeliveryHost host, string number, TextPurpose purpose = TextPurpose.SignIn,
        TimeSpan after = default, SsoDbContext? database = null) =>
        await StopAsync(host, number, purpose, after, database) is { } stop ? stop.Wait ?? TimeSpan.MaxValue : null;

    private async Task<SendStop?> StopAsync(
        DeliveryHost host, string number, TextPurpose purpose = TextPurpose.SignIn, TimeSpan after = default, SsoDbContext? database = null)
    {
        _clock.Advance(after);
        await using var own = database is null ? host.Open() : null;
        var person = Interlocked.Increment(ref _people);
        var request = new SendRequest(
            PhoneNumber.FromStored(number.StartsWith('+') ? number : "+39" + number),
            purpose,
            new Guid(person, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
            $"192.0.{person / 250 % 250}.{person % 250}");
        return await host.Get<SendLimits>().TryReserveAsync(database ?? own!, request, _clock.GetUtcNow(), CancellationToken.None);
    }

    /// <summary>Messages of one challenge, as sending them leaves them behind.</summary>
    private async Task SentAsync(
        DeliveryHost host,
        string prefix,
        int count,
        int entered,
        TextPurpose purpose = TextPurpose.SignIn,
        TextReceiptStatus receipt = TextReceiptStatus.None,
        string outcome = "Accepted")
    {
        await using var database = host.Open();
        var now = _clock.GetUtcNow();
        database.TextDeliveries.AddRange(Enumerable.Range(0, count).Select(index => new TextDelivery
        {
            Id = Guid.CreateVersion7(now),
            TextId = Guid.Empty,
            ChallengeId = Guid.Empty,
            Route = "twilio",
            MaskedNumber = "",
            Country = "IT",
            Prefix = prefix,
            Purpose = purpose,
            SentAt = now,
            Cost = 1000,
            Outcome = outcome,
            Receipt = receipt,
            EnteredAt = index < entered ? now : null,
        }));
        await database.SaveChangesAsync();
    }

    private static async Task<List<DeliveryAlert>> AlertsAsync(DeliveryHost host)
    {
        await using var database = host.Open();
        return await database.DeliveryAlerts.AsNoTracking().ToListAsync();
    }

    private static async Task<int> CountAsync(DeliveryHost host, string limit)
    {
        await using var database = host.Open();
        var key = AttemptCounter.KeyOf(limit, "");
        return (await database.AttemptCounters.AsNoTracking().SingleAsync(row => row.Key == key)).Count;
    }

    /// <summary>Limits wide enough not to be in the way, but for those of <paramref name="settings"/>.</summary>
    private async Task<DeliveryHost> HostAsync(string settings)
    {
        var all = new Dictionary<string, string?> { ["Delivery:Routes:0"] = "outbox", ["Delivery:Outbox:Folder"] = _database.Folder };
        foreach (var setting in settings.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            all["Delivery:" + setting.Split('=')[0]] = setting.Split('=')[1];
        }

        foreach (var limit in settings.Contains("Limits", StringComparison.Ordinal)
            || settings.Contains("Budget", StringComparison.Ordinal) ? Wide : [])
        {
            all.TryAdd("Delivery:" + limit, "1000");
        }

        var host = await DeliveryHost.StartAsync(_database, _clock, all);
        _hosts.Add(host);
        return host;
    }

}
