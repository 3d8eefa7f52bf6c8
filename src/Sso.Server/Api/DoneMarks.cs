using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Sso.Data.Operations;

namespace Sso.Server.Api;

/// <summary>
/// Writes that a request with a key was done into the transaction that does it: whatever is done is an event, and the mark is saved with
/// the event. So nothing is done without the mark, whenever the server is killed, and nothing by an attempt that lost the key, because
/// then the mark cannot be written.
/// </summary>
internal sealed class DoneMarks(IHttpContextAccessor requests, TimeProvider clock) : SaveChangesInterceptor
{
    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        Mark(eventData.Context!);
        return result;
    }

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Mark(eventData.Context!);
        return ValueTask.FromResult(result);
    }

    private void Mark(DbContext context)
    {
        if (IdempotentAttempt.Of(requests.HttpContext) is not { } attempt
            || !context.ChangeTracker.Entries<SecurityEvent>().Any(entry => entry.State == EntityState.Added))
        {
            return;
        }

        var entry = context.ChangeTracker.Entries<IdempotentRequest>().SingleOrDefault()
            ?? context.Attach(new IdempotentRequest
            {
                Key = attempt.Key,
                Owner = attempt.Owner,
                RequestHash = [],
                ExpiresAt = default,
            });
        var now = clock.GetUtcNow();
        Write(entry.Property(request => request.DoneAt), now);
        Write(entry.Property(request => request.ExpiresAt), now + IdempotentRequest.Kept);
    }

    /// <summary>Also if the value is the same as before: what was saved may have been rolled back.</summary>
    private static void Write<T>(PropertyEntry<IdempotentRequest, T> property, T value)
    {
        property.CurrentValue = value;
        property.IsModified = true;
    }
}
