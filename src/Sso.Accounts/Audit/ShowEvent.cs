using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Operations;

namespace Sso.Accounts.Audit;

/// <summary>One field of a change, as JSON; null where there was nothing.</summary>
public sealed record ChangedField(string Name, string? Before, string? After);

/// <summary>An event with everything that the record holds of it.</summary>
/// <param name="Line">What a list shows.</param>
/// <param name="Sequence">Its place in the record; null until it is sealed.</param>
/// <param name="Application">The name of the application, while it is registered.</param>
/// <param name="Device">The browser: that of the session while it is kept, or what a stranger's called itself.</param>
/// <param name="Changes">Before and after.</param>
/// <param name="IsAddressErased">There was an address, and its time was over.</param>
public sealed record EventDetails(
    EventLine Line, long? Sequence, string? Application, Guid? SessionId, (string? Browser, string? System)? Device,
    ImmutableArray<ChangedField> Changes, string? Node, string? RequestId, bool IsAddressErased);

/// <summary>One event in full. Where it is about a person, looking at it is an event as well.</summary>
public sealed class ShowEvent(SsoDbContext database, TimeProvider clock)
{
    /// <returns>Null if there is none.</returns>
    public async Task<EventDetails?> ExecuteAsync(Guid id, ActingOperator by, CancellationToken cancellation)
    {
        var row = await (
            from item in database.SecurityEvents.AsNoTracking()
            where item.Id == id
            join client in database.Clients.AsNoTracking() on item.ClientId equals client.Id into clients
            from client in clients.DefaultIfEmpty()
            join session in database.Sessions.AsNoTracking() on item.SessionId equals session.Id into sessions
            from session in sessions.DefaultIfEmpty()
            select new { Event = item, client.Name, session.UserAgent }).SingleOrDefaultAsync(cancellation);
        if (row is null)
        {
            return null;
        }

        var (found, facts) = (row.Event, EventFacts.Of(row.Event));
        var names = await database.NamesOfAsync([found], cancellation);
        if (found.PersonId is { } person)
        {
            await database.RecordReadAsync(by, person, clock.GetUtcNow(), cancellation);
            await database.SaveChangesAsync(cancellation);
        }

        return new(
            new(
                found.Id, found.At, found.Kind, found.PersonId, names.OfPerson(found), found.ClientId, [.. facts.Methods], found.Address,
                facts.Detail, found.Reason, found.Actor, names.OfActor(found)),
            found.Sequence, row.Name, found.SessionId, row.UserAgent is { } agent ? UserAgents.Parts(agent) : facts.Device,
            ChangesOf(found.Changes), found.Node, found.RequestId, found.Address is null && found.AddressHash is not null);
    }

    /// <summary>Before and after of each field; a whole registration is one.</summary>
    private static ImmutableArray<ChangedField> ChangesOf(string? changes)
    {
        if (changes is null)
        {
            return [];
        }

        using var document = JsonDocument.Parse(changes);
        return
        [
            .. document.RootElement.EnumerateObject()
                .Select(field => field.Value is { ValueKind: JsonValueKind.Array } pair && pair.GetArrayLength() == 2
                    ? new ChangedField(field.Name, TextOf(pair[0]), TextOf(pair[1]))
                    : field.Name == "before" ? new ChangedField(field.Name, TextOf(field.Value), After: null)
                    : new ChangedField(field.Name, Before: null, TextOf(field.Value)))
                .Where(field => field.Before is not null || field.After is not null),
        ];
    }

    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        _ => value.GetRawText(),
    };
}
