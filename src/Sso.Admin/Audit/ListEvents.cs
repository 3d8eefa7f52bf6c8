using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Data.Webhooks;
using Sso.Protocol;

namespace Sso.Admin.Audit;

/// <summary>A security event as the record holds it.</summary>
/// <param name="Sequence">Its place in the record, from 1.</param>
/// <param name="Type">By the name that receivers of webhooks know.</param>
/// <param name="Sub">Whom it is about.</param>
/// <param name="Methods">How it was proved, or which was added or removed.</param>
/// <param name="Reason">Why it was refused; null for a success.</param>
/// <param name="Changes">Before and after, without secrets or personal data.</param>
/// <param name="Actor">Who did it if that was not the person or the client.</param>
public sealed record EventView(
    long Sequence, DateTimeOffset At, string Type, string? Sub, string? ClientId, ImmutableArray<ProofMethod> Methods, string? Address,
    string? Reason, string? Detail, JsonNode? Changes, string? Actor, string? RequestId)
{
    /// <summary>Of one that is sealed.</summary>
    public static EventView Of(SecurityEvent item)
    {
        var facts = EventFacts.Of(item);
        return new(
            item.Sequence!.Value, item.At, WebhookType.Of(item.Kind).Name, item.PersonId?.ToString("N"), item.ClientId, [.. facts.Methods],
            item.Address, item.Reason, facts.Detail, item.Changes is { } changes ? JsonNode.Parse(changes) : null, item.Actor,
            item.RequestId);
    }
}

/// <summary>
/// The record of events in its own order, for programs that keep a copy: whoever goes on after the last one they have misses none. Reading
/// is an event as well, unless nothing was there to read but the reader's own readings: a program that polls would never come to an end.
/// </summary>
public sealed class ListEvents(SsoDbContext database, TimeProvider clock)
{
    /// <param name="after">The place of the last one that is known; 0 for the beginning.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="reader">Who reads, as the record names them.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<ImmutableArray<EventView>> ExecuteAsync(
        long after, int limit, string reader, CancellationToken cancellation)
    {
        var events = await database.SecurityEvents.AsNoTracking().Where(item => item.Sequence > after)
            .OrderBy(item => item.Sequence).Take(limit).ToListAsync(cancellation);
        var reading = SecurityEvent.EventsRead(clock.GetUtcNow());
        if (events.Any(item => item.Kind != reading.Kind || item.Detail != reading.Detail || item.Actor != reader))
        {
            database.SecurityEvents.Add(reading);
            await database.SaveChangesAsync(cancellation);
        }

        return [.. events.Select(EventView.Of)];
    }
}
