using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Protocol;

namespace Sso.Accounts.Audit;

/// <summary>One line of what was found.</summary>
/// <param name="UserName">Of the person, while there is an account.</param>
/// <param name="Actor">Who did it if that was not the person or the application.</param>
/// <param name="ActorName">The user name of an administrator.</param>
public sealed record EventLine(
    Guid Id, DateTimeOffset At, SecurityEventKind Kind, Guid? PersonId, string? UserName, string? ClientId,
    ImmutableArray<ProofMethod> Methods, string? Address, string? Detail, string? Reason, string? Actor, string? ActorName);

/// <param name="Lines">The newest first.</param>
/// <param name="Next">Where the next part begins; null if there is none.</param>
/// <param name="LookedBackTo">So far back everything was looked at, and there is more behind; null if the whole span was.</param>
public sealed record EventPage(ImmutableArray<EventLine> Lines, Guid? Next, DateTimeOffset? LookedBackTo);

/// <summary>
/// Searches the record of events, the newest first. A search walks backwards over the keys, or over the events of one person, and looks at
/// so many at most, however long the record is; then it says how far it came and from where to go on. So what no index leads to costs
/// no index, which everything that is recorded would pay for.
/// </summary>
public sealed class SearchEvents(SsoDbContext database, TimeProvider clock)
{
    public const int PageSize = 50;
    public const int MostLookedAt = 20_000;

    /// <param name="search">What is looked for.</param>
    /// <param name="before">Where the part before this one ended; null for the newest.</param>
    /// <param name="by">Who searches.</param>
    /// <param name="cancellation">Stops the search.</param>
    /// <param name="most">How many events are looked at.</param>
    public async Task<Result<EventPage, Refusal>> ExecuteAsync(
        EventSearch search, Guid? before, ActingOperator by, CancellationToken cancellation, int most = MostLookedAt)
    {
        if ((await search.FindAsync(database, cancellation)).Failed(out var refusal, out var criteria))
        {
            return refusal;
        }

        var span = criteria.Span(database);
        if (before is { } cursor)
        {
            span = span.Where(item => item.Id.CompareTo(cursor) < 0);
        }

        // By the time where the index of one person leads through it.
        var walked = criteria.PersonId is null
            ? span.OrderByDescending(item => item.Id)
            : span.OrderByDescending(item => item.At).ThenByDescending(item => item.Id);
        var found = await criteria.Filter(walked.Take(most)).OrderByDescending(item => item.Id).Take(PageSize + 1)
            .ToListAsync(cancellation);
        var page = await PageAsync(found, walked, most, criteria.PersonId is not null, cancellation);
        await RecordAsync(criteria, by, cancellation);
        return page;
    }

    private async Task<EventPage> PageAsync(
        List<SecurityEvent> found, IQueryable<SecurityEvent> walked, int most, bool byTime, CancellationToken cancellation)
    {
        var lines = await LinesAsync([.. found.Take(PageSize)], cancellation);
        if (found.Count > PageSize)
        {
            return new(lines, lines[^1].Id, LookedBackTo: null);
        }

        var last = await walked.Skip(most - 1).Select(item => new { item.Id, item.At }).FirstOrDefaultAsync(cancellation);
        // Within a millisecond keys and times may differ in their order: all of the last one is looked at again, so that nothing is lost.
        return last is null
            ? new(lines, Next: null, LookedBackTo: null)
            : new(lines, byTime ? SecurityEvent.FirstIdAt(last.At.AddMilliseconds(1)) : last.Id, last.At);
    }

    private async Task<ImmutableArray<EventLine>> LinesAsync(List<SecurityEvent> events, CancellationToken cancellation)
    {
        var names = await database.NamesOfAsync(events, cancellation);
        return
        [
            .. events.Select(item =>
            {
                var facts = EventFacts.Of(item);
                return new EventLine(
                    item.Id, item.At, item.Kind, item.PersonId, names.OfPerson(item), item.ClientId, [.. facts.Methods], item.Address,
                    facts.Detail, item.Reason, item.Actor, names.OfActor(item));
            }),
        ];
    }

    /// <summary>Each part by itself: where one begins comes from the address, which anybody may write as they like.</summary>
    private async Task RecordAsync(FoundCriteria criteria, ActingOperator by, CancellationToken cancellation)
    {
        database.SecurityEvents.Add(SecurityEvent.EventsSearched(clock.GetUtcNow(), criteria.Recorded));
        if (criteria.PersonId is { } person)
        {
            await database.RecordReadAsync(by, person, clock.GetUtcNow(), cancellation);
        }

        await database.SaveChangesAsync(cancellation);
    }
}
