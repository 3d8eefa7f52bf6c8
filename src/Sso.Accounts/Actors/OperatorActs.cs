using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Data.People;

namespace Sso.Accounts.Actors;

/// <summary>What the acts of operators share: whom they mean, and what is recorded of it.</summary>
internal static class OperatorActs
{
    /// <summary>By user name, e-mail address or subject.</summary>
    public static async Task<Person?> FindPersonAsync(this SsoDbContext database, string who, CancellationToken cancellation)
    {
        var name = SignInName.Normalize(who);
        var person = await database.Users.SingleOrDefaultAsync(
            person => person.NormalizedUserName == name || person.NormalizedEmail == name, cancellation);
        return person is null && Guid.TryParseExact(who, "N", out var id)
            ? await database.Users.SingleOrDefaultAsync(person => person.Id == id, cancellation)
            : person;
    }

    public static Refusal NotFound(string who) =>
        Refusal.NotFound(
            "user_name", $"There is no person '{who}'.",
            "Give the user name, the e-mail address or the subject; list the people to see them.");

    /// <param name="personId">Null for a list.</param>
    public static void RecordRead(this SsoDbContext database, Guid? personId, DateTimeOffset now) =>
        database.SecurityEvents.Add(
            personId is { } id ? SecurityEvent.PersonRead(now, id) : SecurityEvent.PeopleListed(now));

    public static void RecordChange(
        this SsoDbContext database, Person person, string what, DateTimeOffset now, JsonObject? changes = null) =>
        database.SecurityEvents.Add(SecurityEvent.PersonChanged(now, person.Id, what, changes));
}
