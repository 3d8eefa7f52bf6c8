using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Operations;

namespace Sso.Accounts.Audit;

/// <summary>How those are called whom events name by their ids, in one statement.</summary>
internal sealed class EventNames(Dictionary<Guid, string?> names)
{
    private const string Administrator = "administrator:";

    public string? OfPerson(SecurityEvent item) => item.PersonId is { } id ? names.GetValueOrDefault(id) : null;

    public string? OfActor(SecurityEvent item) => IdOf(item.Actor) is { } id ? names.GetValueOrDefault(id) : null;

    public static IEnumerable<Guid> IdsIn(SecurityEvent item) => new[] { item.PersonId, IdOf(item.Actor) }.OfType<Guid>();

    private static Guid? IdOf(string? actor) =>
        actor?.StartsWith(Administrator, StringComparison.Ordinal) == true
        && Guid.TryParseExact(actor[Administrator.Length..], "N", out var id) ? id : null;
}

internal static class EventNameQueries
{
    public static async Task<EventNames> NamesOfAsync(
        this SsoDbContext database, IReadOnlyCollection<SecurityEvent> events, CancellationToken cancellation)
    {
        var ids = events.SelectMany(EventNames.IdsIn).Distinct().ToList();
        return new(
            ids.Count == 0
                ? new Dictionary<Guid, string?>()
                : await database.Users.Where(person => ids.Contains(person.Id)).Select(person => new { person.Id, person.UserName })
                    .ToDictionaryAsync(person => person.Id, person => person.UserName, cancellation));
    }
}
