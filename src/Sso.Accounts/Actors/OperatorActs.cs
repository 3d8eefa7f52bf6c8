using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Administrators;
using Sso.Data.Operations;
using Sso.Data.People;

namespace Sso.Accounts.Actors;

/// <summary>What the acts of operators share: whom they mean, and what is recorded of it.</summary>
internal static class OperatorActs
{
    /// <summary>What one operator reads of one person within this time is one reading.</summary>
    public static readonly TimeSpan OneReading = TimeSpan.FromMinutes(15);

    /// <summary>
    /// By subject, user name or e-mail address; by the subject first, so that nobody is taken for another by being called like one.
    /// </summary>
    public static async Task<Person?> FindPersonAsync(this SsoDbContext database, string who, CancellationToken cancellation)
    {
        if (Guid.TryParseExact(who, "N", out var id)
            && await database.Users.SingleOrDefaultAsync(person => person.Id == id, cancellation) is { } named)
        {
            return named;
        }

        var name = SignInName.Normalize(who);
        return await database.Users.SingleOrDefaultAsync(
            person => person.NormalizedUserName == name || person.NormalizedEmail == name, cancellation);
    }

    public static Refusal NotFound(string who) =>
        Refusal.NotFound(
            "user_name", $"There is no person '{who}'.",
            "Give the user name, the e-mail address or the subject; list the people to see them.", who);

    /// <summary>Null if this operator may act on the account: nobody at the console acts on that of a higher role.</summary>
    public static async Task<Refusal?> FindDenialAsync(
        this SsoDbContext database, ActingOperator by, Person person, CancellationToken cancellation)
    {
        if (by.AdministratorId is not { } actor)
        {
            return null;
        }

        var roles = await database.Administrators.AsNoTracking().Where(row => row.PersonId == actor || row.PersonId == person.Id)
            .ToDictionaryAsync(row => row.PersonId, row => row.Role, cancellation);
        AdministratorRole? theirs = roles.TryGetValue(person.Id, out var role) ? role : null;
        return roles.TryGetValue(actor, out var own) && Precedence.MayActOn(own, theirs)
            ? null
            : Refusal.Denied(
                "user_name", $"'{person.UserName}' has a higher role than whoever asks.",
                "Ask an owner, or somebody at the command line.");
    }

    /// <summary>
    /// Null if somebody remains who holds the rights of the installation. To be called in the transaction that writes, before anything else
    /// in it is locked.
    /// </summary>
    public static async Task<Refusal?> FindLastOwnerAsync(this SsoDbContext database, Person person, CancellationToken cancellation) =>
        await database.IsLastOwnerAsync(person.Id, cancellation)
            ? Refusal.Invalid(new FieldProblem(
                "user_name", $"'{person.UserName}' is the only owner.",
                "Make somebody else an owner first: sso admin invite anna --role owner"))
            : null;

    /// <summary>
    /// Once for each operator and person in a while: a page that is opened again and again would fill the record of the person with itself.
    /// </summary>
    public static async Task RecordReadAsync(
        this SsoDbContext database, ActingOperator by, Guid personId, DateTimeOffset now, CancellationToken cancellation)
    {
        var (name, since) = (by.Name, now - OneReading);
        if (!await database.SecurityEvents.AnyAsync(
            item => item.PersonId == personId && item.At > since && item.Kind == SecurityEventKind.PersonRead && item.Actor == name,
            cancellation))
        {
            database.SecurityEvents.Add(SecurityEvent.PersonRead(now, personId, name));
        }
    }

    /// <summary>Who was shown, and not what was typed to find them, which may be anything.</summary>
    public static void RecordListed(this SsoDbContext database, string what, IReadOnlyList<string> subjects, DateTimeOffset now)
    {
        var shown = subjects.Count.ToString(CultureInfo.InvariantCulture);
        var people = subjects.Count <= SecurityEvent.MostPeopleNamed ? string.Join(' ', subjects) : null;
        database.SecurityEvents.Add(SecurityEvent.PeopleListed(
            now, what, RecordedChanges.Of(("shown", null, shown), ("people", null, people))));
    }

    /// <param name="database">In whose transaction it happens.</param>
    /// <param name="person">Whose account it is.</param>
    /// <param name="what">A constant of the caller.</param>
    /// <param name="now">When.</param>
    /// <param name="changes">Null if there is no more to say.</param>
    /// <param name="actor">Of what is done in the background; otherwise whoever the request is of.</param>
    public static void RecordChange(
        this SsoDbContext database, Person person, string what, DateTimeOffset now, JsonObject? changes = null, string? actor = null) =>
        database.SecurityEvents.Add(SecurityEvent.PersonChanged(now, person.Id, what, changes, actor));
}
