using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Delivery.Spending;

namespace Sso.Delivery.Receipts;

/// <summary>
/// Stores receipts: idempotent and in any order, because only a higher rank is written. The row exists before the message leaves, so no
/// receipt can come too early. A failure makes it the next route's turn at once.
/// </summary>
public sealed partial class TextReceipts(
    IDbContextFactory<SsoDbContext> contexts,
    TextBell bell,
    SendLimits limits,
    DeliveryMetrics metrics,
    TimeProvider clock,
    ILogger<TextReceipts> log)
{
    /// <summary>A token is remembered for longer than it may be old.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    /// <summary>False if this very call was made before.</summary>
    public async Task<bool> StoreAsync(string route, ReceiptReading.Read reading, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var database = await contexts.CreateDbContextAsync(cancellation);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        if (reading.Once is { } once
            && await database.TryReserveAsync(AttemptCounter.KeyOf("receipt", $"{route}/{once}"), 1, Memory, now, cancellation) is not null)
        {
            Refused(route, "replayed");
            return false;
        }

        var receipt = reading.Receipt;
        var delivery = await database.TextDeliveries.AsNoTracking()
            .SingleOrDefaultAsync(row => row.Id == receipt.DeliveryId && row.Route == route, cancellation);
        if (delivery is not null)
        {
            await WriteAsync(database, delivery, receipt, now, cancellation);
        }

        await transaction.CommitAsync(cancellation);
        metrics.CountReceipt(route, delivery is null ? "unknown" : receipt.Status.ToString());
        if (receipt.Status == TextReceiptStatus.Failed)
        {
            bell.Ring();
        }

        return true;
    }

    /// <summary>Counts what was not believed.</summary>
    public void Refused(string route, string why)
    {
        metrics.CountReceipt(route, "refused");
        NotBelieved(log, route, why);
    }

    private async Task WriteAsync(
        SsoDbContext database, TextDelivery delivery, TextReceipt receipt, DateTimeOffset now, CancellationToken cancellation)
    {
        var risen = await database.TextDeliveries.Where(row => row.Id == delivery.Id && row.Receipt < receipt.Status).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.Receipt, receipt.Status)
                .SetProperty(row => row.ReceiptAt, now)
                .SetProperty(row => row.ReceiptCode, receipt.Code),
            cancellation);
        if (risen == 1 && receipt.Status == TextReceiptStatus.Delivered)
        {
            metrics.Arrived(delivery.Route, now - delivery.SentAt);
        }

        if (risen == 1 && receipt.Status == TextReceiptStatus.Failed)
        {
            await database.OutgoingTexts.Where(text => text.Id == delivery.TextId && text.Status == OutgoingTextStatus.AwaitingReceipt)
                .ExecuteUpdateAsync(set => set.SetProperty(text => text.NextAttemptAt, now), cancellation);
        }

        if (receipt.Price is { } price
            && await database.TextDeliveries.Where(row => row.Id == delivery.Id && row.Price == null)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Price, price), cancellation) == 1
            && price > delivery.Cost)
        {
            await limits.ChargeAsync(database, delivery.Country, price - delivery.Cost, now, cancellation);
        }
    }

    [LoggerMessage(EventId = 2151, Level = LogLevel.Warning, Message = "A receipt for {Route} was not believed: {Why}")]
    private static partial void NotBelieved(ILogger log, string route, string why);
}
