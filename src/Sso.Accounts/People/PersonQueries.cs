using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Data.People;

namespace Sso.Accounts.People;

/// <summary>What the operations on people share.</summary>
internal static class PersonQueries
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

    /// <summary>The counters of wrong passwords: they are counted under what was typed, which can be either name.</summary>
    public static IEnumerable<byte[]> PasswordCounters(Person person) =>
        new[] { person.NormalizedUserName, person.NormalizedEmail }
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Select(name => AttemptCounter.KeyOf("password", name));

    /// <summary>Forgets wrong passwords, wrong codes and the resulting waits.</summary>
    public static async Task ForgetFailuresAsync(this SsoDbContext database, Person person, CancellationToken cancellation)
    {
        foreach (var key in PasswordCounters(person).Append(AttemptCounter.KeyOf("second-factor", person.Id.ToString("N"))))
        {
            await database.AttemptCounters.Where(counter => counter.Key == key).ExecuteDeleteAsync(cancellation);
        }

        await database.SecondFactors
            .Where(factor => factor.PersonId == person.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(factor => factor.ConsecutiveFailures, 0), cancellation);
    }

    /// <param name="personId">Null for a list.</param>
    public static void RecordRead(this SsoDbContext database, Guid? personId, DateTimeOffset now) =>
        database.SecurityEvents.Add(
            personId is { } id ? SecurityEvent.PersonRead(now, id) : SecurityEvent.PeopleListed(now));

    public static void RecordChange(
        this SsoDbContext database, Person person, string what, DateTimeOffset now, JsonObject? changes = null) =>
        database.SecurityEvents.Add(SecurityEvent.PersonChanged(now, person.Id, what, changes));
}
