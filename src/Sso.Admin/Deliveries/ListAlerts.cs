using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;

namespace Sso.Admin.Deliveries;

/// <summary>The alerts of the spend guard, newest first.</summary>
public sealed class ListAlerts(SsoDbContext database, TimeProvider clock)
{
    public async Task<ImmutableArray<AlertView>> ExecuteAsync(TimeSpan back, CancellationToken cancellation)
    {
        var since = clock.GetUtcNow() - back;
        var alerts = await database.DeliveryAlerts.AsNoTracking().Where(alert => alert.At >= since)
            .OrderByDescending(alert => alert.At).Take(ListDeliveries.Most).ToListAsync(cancellation);
        return [.. alerts.Select(AlertView.Of)];
    }
}
