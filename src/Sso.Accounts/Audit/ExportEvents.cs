using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Admin;
using Sso.Admin.Audit;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Protocol;

namespace Sso.Accounts.Audit;

/// <summary>
/// All sealed events that a search means, the oldest first, as programs read them. They come one by one from the database, however many
/// there are. Whoever takes them away is recorded before the first is given out.
/// </summary>
public sealed class ExportEvents(SsoDbContext database, TimeProvider clock)
{
    public async Task<Result<ExportedEvents, Refusal>> ExecuteAsync(
        EventSearch search, ActingOperator by, CancellationToken cancellation)
    {
        if ((await search.FindAsync(database, cancellation)).Failed(out var refusal, out var criteria))
        {
            return refusal;
        }

        var now = clock.GetUtcNow();
        database.SecurityEvents.Add(SecurityEvent.EventsExported(now, criteria.Recorded));
        if (criteria.PersonId is { } person)
        {
            await database.RecordReadAsync(by, person, now, cancellation);
        }

        await database.SaveChangesAsync(cancellation);
        return new ExportedEvents(
            criteria.Filter(criteria.Span(database)).Where(item => item.Sequence != null).OrderBy(item => item.Id)
                .AsAsyncEnumerable().Select(EventView.Of));
    }
}

/// <param name="Events">Read while they are asked for.</param>
public sealed record ExportedEvents(IAsyncEnumerable<EventView> Events);
