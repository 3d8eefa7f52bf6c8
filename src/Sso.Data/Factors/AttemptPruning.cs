using Microsoft.EntityFrameworkCore;
using Sso.Data.Operations;

namespace Sso.Data.Factors;

/// <summary>Deletes what has expired.</summary>
public static class AttemptPruning
{
    /// <summary>
    /// By key, as attempts are counted: a delete that follows the index of the expiry would lock index and row in the opposite order of an
    /// update, and could deadlock with it.
    /// </summary>
    public static async Task PruneAttemptCountersAsync(this SsoDbContext database, DateTimeOffset now, CancellationToken cancellation)
    {
        while (true)
        {
            var keys = await database.AttemptCounters.Where(counter => counter.ExpiresAt < now).OrderBy(counter => counter.ExpiresAt)
                .Select(counter => counter.Key).Take(Batches.Size).ToListAsync(cancellation);
            if (keys.Count > 0)
            {
                // One that was counted again since then lives on.
                await database.AttemptCounters.Where(counter => keys.Contains(counter.Key) && counter.ExpiresAt < now)
                    .ExecuteDeleteAsync(cancellation);
            }

            if (keys.Count < Batches.Size)
            {
                return;
            }
        }
    }
}
