using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Protocol;

namespace Sso.Accounts.Audit;

/// <summary>What is looked for in the record of events; null means any.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Person">User name, e-mail address or subject of whom it is about. A subject is found after its deletion too.</param>
/// <param name="Application">Its client id.</param>
/// <param name="By">Who did it: an administrator as a person is named, or an actor as events name it, such as <c>command:root</c>.</param>
/// <param name="From">No event before it.</param>
/// <param name="Until">Only events before it.</param>
public sealed record EventSearch(
    SecurityEventKind? Kind = null, string? Person = null, string? Application = null, string? By = null, DateTimeOffset? From = null,
    DateTimeOffset? Until = null)
{
    private static readonly string[] ActorKinds = ["administrator:", "client:", "command:"];

    /// <summary>With whoever is named found by their id.</summary>
    internal async Task<Result<FoundCriteria, Refusal>> FindAsync(SsoDbContext database, CancellationToken cancellation)
    {
        Guid? personId = null;
        if (!string.IsNullOrWhiteSpace(Person))
        {
            personId = await IdOfAsync(database, Person, cancellation);
            if (personId is null)
            {
                return NobodyCalled("person", Person);
            }
        }

        string? actor = null;
        if (!string.IsNullOrWhiteSpace(By))
        {
            actor = IsActor(By.Trim()) ? By.Trim()
                : await IdOfAsync(database, By, cancellation) is { } id ? ActingOperator.AtConsole(id).Name
                : null;
            if (actor is null)
            {
                return NobodyCalled("by", By);
            }
        }

        var client = string.IsNullOrWhiteSpace(Application) ? null : Application.Trim();
        var isKnown = client is not null && await database.Clients.AnyAsync(row => row.Id == client, cancellation);
        return new FoundCriteria(Kind, personId, client, isKnown, actor, From, Until);
    }

    /// <summary>As events name those who are no people, and administrators.</summary>
    private static bool IsActor(string text) =>
        text == "server" || Array.Exists(ActorKinds, kind => text.StartsWith(kind, StringComparison.Ordinal));

    private static async Task<Guid?> IdOfAsync(SsoDbContext database, string who, CancellationToken cancellation) =>
        (await database.FindPersonAsync(who, cancellation))?.Id ?? (Guid.TryParseExact(who.Trim(), "N", out var id) ? id : null);

    private static Refusal NobodyCalled(string field, string who) => Refusal.NotFound(
        field, $"There is no person '{who}'.", "Give the user name, the e-mail address or the subject.");
}

/// <summary>The same by ids.</summary>
/// <param name="IsKnownClient">There is an application with this id.</param>
internal sealed record FoundCriteria(
    SecurityEventKind? Kind, Guid? PersonId, string? ClientId, bool IsKnownClient, string? Actor, DateTimeOffset? From,
    DateTimeOffset? Until)
{
    /// <summary>What the record says of a look at itself: ids, and no text that was typed and may be anything.</summary>
    public JsonObject Recorded => RecordedChanges.Of(
        ("kind", null, Kind?.ToString()), ("person", null, PersonId?.ToString("N")),
        ("client", null, ClientId is null || IsKnownClient ? ClientId : "unknown"), ("actor", null, Actor),
        ("from", null, From?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)),
        ("until", null, Until?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)));

    /// <summary>Of the span, by its keys, which begin with the time: events have no index by time.</summary>
    public IQueryable<SecurityEvent> Span(SsoDbContext database)
    {
        var events = database.SecurityEvents.AsNoTracking();
        if (From is { } from)
        {
            var first = SecurityEvent.FirstIdAt(from);
            events = events.Where(item => item.Id.CompareTo(first) >= 0);
        }

        if (Until is { } until)
        {
            var end = SecurityEvent.FirstIdAt(until);
            events = events.Where(item => item.Id.CompareTo(end) < 0);
        }

        if (PersonId is { } person)
        {
            events = events.Where(item => item.PersonId == person);
        }

        return events;
    }

    /// <summary>What no index leads to.</summary>
    public IQueryable<SecurityEvent> Filter(IQueryable<SecurityEvent> events)
    {
        if (Kind is { } kind)
        {
            events = events.Where(item => item.Kind == kind);
        }

        if (ClientId is { } client)
        {
            events = events.Where(item => item.ClientId == client);
        }

        if (Actor is { } actor)
        {
            events = events.Where(item => item.Actor == actor);
        }

        return events;
    }
}
