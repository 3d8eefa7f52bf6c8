using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Logout;

namespace Sso.Admin.Logouts;

/// <summary>The log of the logout notices, newest first.</summary>
public sealed class ListLogouts(SsoDbContext database, TimeProvider clock)
{
    public const int Most = 1000;

    /// <param name="back">How far back.</param>
    /// <param name="onlyTroubled">Only those that were not told.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<ImmutableArray<LogoutView>> ExecuteAsync(TimeSpan back, bool onlyTroubled, CancellationToken cancellation)
    {
        var since = clock.GetUtcNow() - back;
        var notices = database.LogoutNotices.AsNoTracking().Where(notice => notice.CreatedAt >= since);
        if (onlyTroubled)
        {
            notices = notices.Where(notice => notice.Status != LogoutNoticeStatus.Told);
        }

        var newest = await notices.OrderByDescending(notice => notice.CreatedAt).Take(Most).ToListAsync(cancellation);
        return [.. newest.Select(LogoutView.Of)];
    }
}
