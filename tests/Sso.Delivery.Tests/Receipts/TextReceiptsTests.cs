using Microsoft.EntityFrameworkCore;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Delivery.Receipts;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Delivery.Tests.Receipts;

/// <summary>What is stored of receipts, whenever and how often they come.</summary>
[Spec("M23")]
public sealed class TextReceiptsTests : IAsyncLifetime
{
    private const string Route = "vonage-messages";
    private readonly FakeClock _clock = new();
    private TestDatabase _database = null!;
    private VonageFake _fake = null!;
    private DeliveryHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        (_database, _fake) = (await TestDatabase.CreateAsync(), await VonageFake.StartAsync(_clock));
        _host = await DeliveryHost.StartAsync(_database, _clock, DeliveryHost.On(_fake));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(_clock);
        await _host.DisposeAsync();
        await _fake.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Theory]
    [InlineData(new[] { TextReceiptStatus.Pending, TextReceiptStatus.Delivered }, TextReceiptStatus.Delivered)]
    [InlineData(new[] { TextReceiptStatus.Delivered, TextReceiptStatus.Pending }, TextReceiptStatus.Delivered)]
    [InlineData(new[] { TextReceiptStatus.Delivered, TextReceiptStatus.Failed }, TextReceiptStatus.Delivered)]
    [InlineData(new[] { TextReceiptStatus.Failed, TextReceiptStatus.Delivered }, TextReceiptStatus.Delivered)]
    [InlineData(new[] { TextReceiptStatus.Failed, TextReceiptStatus.Pending }, TextReceiptStatus.Failed)]
    [InlineData(new[] { TextReceiptStatus.Refused, TextReceiptStatus.Failed }, TextReceiptStatus.Refused)]
    public async Task The_highest_rank_stays_whatever_the_order(TextReceiptStatus[] order, TextReceiptStatus expected)
    {
        var id = await BegunAsync();
        foreach (var status in order)
        {
            Assert.True(await StoreAsync(new TextReceipt { DeliveryId = id, Status = status }));
        }

        Assert.Equal(expected, (await RowAsync(id)).Receipt);
    }

    [Fact]
    public async Task A_receipt_that_comes_twice_keeps_its_first_time_and_price()
    {
        var id = await BegunAsync();
        var first = _clock.GetUtcNow();
        await StoreAsync(new TextReceipt { DeliveryId = id, Status = TextReceiptStatus.Delivered, Price = 600 });
        _clock.Advance(TimeSpan.FromMinutes(1));
        await StoreAsync(new TextReceipt { DeliveryId = id, Status = TextReceiptStatus.Delivered, Price = 700 });
        var row = await RowAsync(id);
        Assert.Equal((first, 600), (row.ReceiptAt, row.Price));
    }

    [Fact]
    public async Task A_failure_keeps_the_code_of_the_provider()
    {
        var id = await BegunAsync();
        await StoreAsync(new TextReceipt { DeliveryId = id, Status = TextReceiptStatus.Failed, Code = "1250" });
        Assert.Equal("1250", (await RowAsync(id)).ReceiptCode);
    }

    [Fact]
    [Spec("M22")]
    public async Task The_same_call_is_not_taken_twice_on_any_node()
    {
        var id = await BegunAsync();
        await using var other = await DeliveryHost.StartAsync(_database, _clock, DeliveryHost.On(_fake));
        var call = new ReceiptReading.Read(new TextReceipt { DeliveryId = id, Status = TextReceiptStatus.Pending }, "call");
        Assert.True(await _host.Get<TextReceipts>().StoreAsync(Route, call, CancellationToken.None));
        _clock.Advance(TimeSpan.FromMinutes(9));
        Assert.False(await other.Get<TextReceipts>().StoreAsync(Route, call, CancellationToken.None));
    }

    [Fact]
    public async Task A_receipt_for_no_message_or_for_one_of_another_route_changes_nothing()
    {
        var id = await BegunAsync();
        Assert.True(await StoreAsync(new TextReceipt { DeliveryId = Guid.Empty, Status = TextReceiptStatus.Delivered }));
        Assert.True(await _host.Get<TextReceipts>().StoreAsync(
            "twilio", new ReceiptReading.Read(new TextReceipt { DeliveryId = id, Status = TextReceiptStatus.Delivered }),
            CancellationToken.None));
        Assert.Equal(TextReceiptStatus.None, (await RowAsync(id)).Receipt);
    }

    [Fact]
    public async Task A_receipt_may_be_faster_than_the_answer_of_its_provider()
    {
        _fake.BeforeAnswer = message =>
            StoreAsync(
                new TextReceipt
                {
                    DeliveryId = Guid.ParseExact(message.Reference, "N"),
                    Status = TextReceiptStatus.Delivered,
                    Price = 500,
                });
        await _host.Dispatcher.StartAsync(CancellationToken.None);
        var (_, text) = await _host.EnqueueAsync("+393123450000");
        _host.Bell.Ring();
        await Patience.UntilAsync(async () => (await _host.RowAsync(text)).Status == OutgoingTextStatus.Sent, "the text is sent");
        var delivery = Assert.Single(await _host.DeliveriesAsync(text));
        Assert.Equal((TextReceiptStatus.Delivered, 500, "Accepted"), (delivery.Receipt, delivery.Price, delivery.Outcome));
        Assert.NotNull(delivery.ProviderId);
    }

    [Fact]
    [Spec("F12")]
    public async Task What_cost_more_than_the_price_table_says_is_counted_once_and_told()
    {
        var id = await BegunAsync();
        await StoreAsync(new TextReceipt { DeliveryId = id, Status = TextReceiptStatus.Pending, Price = 1500 });
        await StoreAsync(new TextReceipt { DeliveryId = id, Status = TextReceiptStatus.Delivered, Price = 1500 });
        await using var database = _host.Open();
        var key = AttemptCounter.KeyOf("text-budget-hour", "");
        Assert.Equal(500, (await database.AttemptCounters.SingleAsync(row => row.Key == key)).Count);
        Assert.Equal("price", (await database.DeliveryAlerts.SingleAsync()).Limit);
        Assert.Contains(_host.Log.Lines, line => line.Contains("Delivery:Prices:IT", StringComparison.Ordinal));
    }

    private async Task<Guid> BegunAsync()
    {
        await using var database = _host.Open();
        var delivery = _host.Begun(Guid.CreateVersion7(_clock.GetUtcNow()), Guid.CreateVersion7(_clock.GetUtcNow()), Route);
        database.TextDeliveries.Add(delivery);
        await database.SaveChangesAsync();
        return delivery.Id;
    }

    private Task<bool> StoreAsync(TextReceipt receipt) =>
        _host.Get<TextReceipts>().StoreAsync(Route, new ReceiptReading.Read(receipt), CancellationToken.None);

    private async Task<TextDelivery> RowAsync(Guid id)
    {
        await using var database = _host.Open();
        return await database.TextDeliveries.AsNoTracking().SingleAsync(row => row.Id == id);
    }
}
