using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Admin;
using Sso.Admin.Audit;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Protocol;

namespace Sso.Accounts.Audit;

/// <summary>
/// All events that a search means and that are sealed when it begins, the oldest first, as programs read them. They are read in slices by
/// key, so that whoever takes them slowly holds nothing open in the database, and one slice at a time on each node, so that many who
/// ask at once do not keep it from others. Whoever takes them away is recorded before the first is given out.
/// </summary>
public sealed class ExportEvents(SsoDbContext database, TimeProvider clock)
{
    private const int SliceSize = 2_000;

    private static readonly SemaphoreSlim Turn = new(1, 1);

    /// <param name="search">What is looked for.</param>
    /// <param name="by">Who takes it away.</param>
    /// <param name="cancellation">Stops before anything was given out.</param>
    /// <param name="slice">How many events are looked at together.</param>
    public async Task<Result<ExportedEvents, Refusal>> ExecuteAsync(
        EventSearch search, ActingOperator by, CancellationToken cancellation, int slice = SliceSize)
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
        // What is sealed later is not waited for: an export of a busy server ends.
        var latest = await database.SecurityEvents.MaxAsync(item => item.Sequence, cancellation);
        return new ExportedEvents(ReadAsync(criteria, latest, slice, CancellationToken.None));
    }

    private async IAsyncEnumerable<EventView> ReadAsync(
        FoundCriteria criteria, long? latest, int slice, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var after = Guid.Empty;
        for (var isMore = true; isMore;)
        {
            List<SecurityEvent> found;
            await Turn.WaitAsync(cancellation);
            try
            {
                var (first, rest) = (after, criteria.Span(database).Where(item => item.Sequence <= latest));
                rest = rest.Where(item => item.Id.CompareTo(first) > 0);
                var end = await rest.OrderBy(item => item.Id).Skip(slice - 1).Select(item => (Guid?)item.Id)
                    .FirstOrDefaultAsync(cancellation);
                var looked = end is { } last ? rest.Where(item => item.Id.CompareTo(last) <= 0) : rest;
                found = await criteria.Filter(looked).OrderBy(item => item.Id).ToListAsync(cancellation);
                (isMore, after) = (end is not null, end ?? after);
            }
            finally
            {
                Turn.Release();
            }

            foreach (var item in found)
            {
                yield return EventView.Of(item);
            }
        }
    }
}

/// <param name="Events">Read while they are asked for.</param>
public sealed record ExportedEvents(IAsyncEnumerable<EventView> Events);
