using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Delivery.Spending;
using Sso.Testing;
using Xunit;

namespace Sso.Delivery.Tests.Spending;

[Spec("S127")]
public abstract class SendLimitsTests(string provider) : IAsyncLifetime
{
    private readonly FakeClock _clock = new();
    private readonly DeliveryMetrics _metrics = new();
    private TestDatabase? _database;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(TestDatabase.WhyNot(provider) is not null, $"{provider}: {TestDatabase.WhyNot(provider)}");
        _database = await TestDatabase.CreateAsync(provider);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _metrics.Dispose();
        return _database?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Fifty_at_once_for_one_number_are_five()
    {
        var limits = Limits();
        var waits = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(index => ReserveAsync(limits, "3331234567", Person(index), $"192.0.2.{index}")));

        Assert.Equal(5, waits.Count(wait => wait is null));
        Assert.All(waits.OfType<TimeSpan>(), wait => Assert.Equal(TimeSpan.FromHours(1), wait));
        // A refusal costs the others nothing.
        Assert.Equal(5, await CountAsync("text-number-hour", "+393331234567"));
        Assert.Equal(5, await CountAsync("text-number-day", "+393331234567"));
        Assert.Equal(5, await CountAsync("text-all-hour", ""));
        Assert.Equal(5, await CountAsync("text-all-day", ""));
    }

    [Fact]
    public async Task Fifty_at_once_for_fifty_people_stop_at_the_cap_of_the_whole_server()
    {
        var limits = Limits(new SendLimitOptions { PerHour = 7 });
        var waits = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(index => ReserveAsync(limits, $"33312345{index:D2}", Person(index), $"192.0.2.{index}")));

        Assert.Equal(7, waits.Count(wait => wait is null));
        Assert.Equal(7, await CountAsync("text-all-hour", ""));
        await using var database = _database!.Open();
        // Two rows for the server, two for its money, one each for prefix and range; four for each of the seven,
        // and none for those who were refused.
        Assert.Equal(6 + (7 * 4), await database.AttemptCounters.CountAsync());
    }

    [Fact]
    public async Task An_address_is_stopped_over_thirty_accounts()
    {
        var limits = Limits();
        var waits = new List<TimeSpan?>();
        for (var index = 0; index < 30; index++)
        {
            waits.Add(await ReserveAsync(limits, $"33312345{index:D2}", Person(index), "192.0.2.1"));
        }

        Assert.Equal(10, waits.TakeWhile(wait => wait is null).Count());
        Assert.Equal(10, waits.Count(wait => wait is null));
    }

    [Fact]
    public async Task An_account_has_ten_a_day_whatever_numbers_and_addresses_it_uses()
    {
        var limits = Limits();
        for (var index = 0; index < 10; index++)
        {
            Assert.Null(await ReserveAsync(limits, $"33312345{index:D2}", Person(1), $"192.0.2.{index}"));
        }

        _clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal(TimeSpan.FromHours(1), await ReserveAsync(limits, "3331234599", Person(1), "192.0.2.99"));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(await ReserveAsync(limits, "3331234599", Person(1), "192.0.2.99"));
    }

    [Fact]
    public async Task A_number_has_five_an_hour_and_ten_a_day()
    {
        var limits = Limits();
        for (var hour = 0; hour < 2; hour++)
        {
            for (var send = 0; send < 5; send++)
            {
                Assert.Null(await ReserveAsync(limits, "3331234567", Person((hour * 5) + send), "192.0.2.1"));
            }

            _clock.Advance(TimeSpan.FromMinutes(20));
            Assert.NotNull(await ReserveAsync(limits, "3331234567", Person(50), "192.0.2.1"));
            _clock.Advance(TimeSpan.FromMinutes(40));
        }

        // The day's window began two hours ago.
        Assert.Equal(TimeSpan.FromHours(22), await ReserveAsync(limits, "3331234567", Person(51), "192.0.2.1"));
        _clock.Advance(TimeSpan.FromHours(22));
        Assert.Null(await ReserveAsync(limits, "3331234567", Person(51), "192.0.2.1"));
        Assert.Equal(1, await CountAsync("text-number-day", "+393331234567"));
    }

    [Fact]
    public async Task The_wait_is_that_of_the_last_window_to_end()
    {
        var limits = Limits(new SendLimitOptions { PerNumberAndHour = 1, PerNumberAndDay = 1 });
        Assert.Null(await ReserveAsync(limits, "3331234567", Person(1), "192.0.2.1"));
        Assert.Equal(TimeSpan.FromDays(1), await ReserveAsync(limits, "3331234567", Person(1), "192.0.2.1"));
    }

    [Fact]
    public async Task A_context_may_ask_again_after_a_refusal_and_joins_the_transaction_of_its_caller()
    {
        var limits = Limits(new SendLimitOptions { PerHour = 1 });
        await using var database = _database!.Open();
        await using (var transaction = await database.Database.BeginTransactionAsync())
        {
            Assert.Null(await ReserveAsync(limits, "3331234501", Person(1), "192.0.2.1", database));
            Assert.NotNull(await ReserveAsync(limits, "3331234502", Person(2), "192.0.2.2", database));
            Assert.NotNull(await ReserveAsync(limits, "3331234502", Person(2), "192.0.2.2", database));
            await transaction.CommitAsync();
        }

        Assert.Equal(1, await CountAsync("text-number-hour", "+393331234501"));
        Assert.Equal(0, await CountAsync("text-number-hour", "+393331234502"));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(await ReserveAsync(limits, "3331234502", Person(2), "192.0.2.2", database));
    }

    [Fact]
    public async Task Rows_name_neither_number_nor_address_and_say_when_they_may_go()
    {
        await ReserveAsync(Limits(), "3331234567", Person(1), "192.0.2.1");
        await using var database = _database!.Open();
        var rows = await database.AttemptCounters.ToListAsync();
        Assert.Equal(10, rows.Count);
        Assert.All(rows, row => Assert.Equal(32, row.Key.Length));
        Assert.All(rows, row => Assert.InRange(row.ExpiresAt - _clock.GetUtcNow(), TimeSpan.FromHours(1), TimeSpan.FromDays(1)));
    }

    private SendLimits Limits(SendLimitOptions? limits = null)
    {
        var (options, alerts) = (Options.Create(new DeliveryOptions { Limits = limits ?? new() }),
            new DeliveryAlerts(_metrics, NullLogger<DeliveryAlerts>.Instance));
        return new SendLimits(options, new ConversionBreaker(options, alerts, _metrics), alerts);
    }

    private static Guid Person(int index) => new(index, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    private async Task<TimeSpan?> ReserveAsync(
        SendLimits limits, string national, Guid person, string address, SsoDbContext? database = null)
    {
        await using var own = _database!.Open();
        await Task.Yield();
        var number = PhoneNumber.FromStored("+39" + national);
        var request = new SendRequest(number, TextPurpose.SignIn, person, address);
        return (await limits.TryReserveAsync(database ?? own, request, _clock.GetUtcNow(), CancellationToken.None))?.Wait;
    }

    private async Task<int> CountAsync(string kind, string name)
    {
        await using var database = _database!.Open();
        var key = AttemptCounter.KeyOf(kind, name);
        return await database.AttemptCounters.Where(row => row.Key == key).Select(row => row.Count).SingleOrDefaultAsync();
    }
}
