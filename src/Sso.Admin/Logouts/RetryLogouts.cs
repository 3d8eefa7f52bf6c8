using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Logout;
using Sso.Protocol;

namespace Sso.Admin.Logouts;

/// <summary>Tries notices again at once, for 24 hours more: those that were given up and those that wait for their next attempt.</summary>
public sealed class RetryLogouts(SsoDbContext database, TimeProvider clock)
{
    /// <param name="clientId">Only those of this client; null means all.</param>
    /// <param name="cancellation">Stops before anything was changed.</param>
    public async Task<Result<LogoutsRetried, Refusal>> ExecuteAsync(string? clientId, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (clientId is not null && !await database.Clients.AnyAsync(client => client.Id == clientId, cancellation))
        {
            return Refusal.NotFound(
                "client_id", $"There is no client '{clientId}'.", "List the clients to see their ids; capitals count.", clientId);
        }

        // An attempt that is under way at this moment keeps its row: it is not tried twice at once.
        return new LogoutsRetried(await database.LogoutNotices
            .Where(notice => notice.Status != LogoutNoticeStatus.Told && (clientId == null || notice.ClientId == clientId)
                && (notice.LeasedUntil == null || notice.LeasedUntil < now))
            .ExecuteUpdateAsync(
                set => set.SetProperty(notice => notice.Status, LogoutNoticeStatus.Waiting).SetProperty(notice => notice.NextAttemptAt, now)
                    .SetProperty(notice => notice.GivenUpAt, now + LogoutNotice.Life)
                    .SetProperty(notice => notice.DoneAt, (DateTimeOffset?)null)
                    .SetProperty(notice => notice.Attempts, 0),
                cancellation));
    }
}

/// <summary>How many are tried again.</summary>
public sealed record LogoutsRetried(int Notices);
