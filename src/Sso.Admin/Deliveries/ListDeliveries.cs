using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Delivery;

namespace Sso.Admin.Deliveries;

/// <summary>The log of the text messages, newest first.</summary>
public sealed class ListDeliveries(SsoDbContext database, TimeProvider clock)
{
    public const int Most = 1000;

    /// <param name="back">How far back.</param>
    /// <param name="onlyTroubled">Only those that did not arrive, as far as is known.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<ImmutableArray<DeliveryView>> ExecuteAsync(TimeSpan back, bool onlyTroubled, CancellationToken cancellation)
    {
        var since = clock.GetUtcNow() - back;
        var deliveries = database.TextDeliveries.AsNoTracking().Where(delivery => delivery.SentAt >= since);
        if (onlyTroubled)
        {
            deliveries = deliveries.Where(delivery => delivery.Receipt != TextReceiptStatus.Delivered && delivery.EnteredAt == null);
        }

        var newest = await deliveries.OrderByDescending(delivery => delivery.SentAt).Take(Most).ToListAsync(cancellation);
        return [.. newest.Select(DeliveryView.Of)];
    }
}
