using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.People;
using Sso.Data.Secrets;

namespace Sso.Accounts.People;

/// <summary>What people can be found by.</summary>
public enum PersonField
{
    Sub,
    UserName,
    Email,
    ExternalId,
    Phone,
    Active,
}

/// <summary>One thing that must hold of a person.</summary>
/// <param name="Field">What is compared.</param>
/// <param name="IsPrefix">True: it begins with the value. Of names only, which compare in their normal form.</param>
/// <param name="Value">As it was typed; of <see cref="PersonField.Active"/>: true or false; of a phone: in E.164.</param>
public sealed record PersonCondition(PersonField Field, bool IsPrefix, string Value);

/// <summary>Some of those who were found, in the order in which they were added.</summary>
/// <param name="People">Of this page.</param>
/// <param name="Total">
/// Of all pages, up to <see cref="SearchPeople.MostCounted"/>, and one more if there are more; null unless it was asked for.
/// </param>
/// <param name="HasMore">There are others after these.</param>
public sealed record FoundPeople(ImmutableArray<PersonProfile> People, int? Total, bool HasMore);

/// <summary>Which of those who were found.</summary>
/// <param name="After">Those after this one; null for all.</param>
/// <param name="Skip">So many are passed over; each of them is read.</param>
/// <param name="Take">So many at most.</param>
/// <param name="Count">Whether all are counted.</param>
public sealed record PeopleRange(Guid? After, int Skip, int Take, bool Count);

/// <summary>Finds people for programs of the operator. Reading them is an event.</summary>
public sealed class SearchPeople(SsoDbContext database, Sealer sealer, TimeProvider clock)
{
    /// <summary>So many are counted: whoever asks how many there are does not read a table of millions.</summary>
    public const int MostCounted = 10_000;

    public async Task<FoundPeople> ExecuteAsync(
        ImmutableArray<PersonCondition> conditions, PeopleRange range, CancellationToken cancellation)
    {
        var found = conditions.Aggregate((IQueryable<Person>)database.Users.AsNoTracking(), Narrow);
        var total = range.Count ? await found.Take(MostCounted + 1).CountAsync(cancellation) : (int?)null;
        var rest = range.After is { } last ? found.Where(person => person.Id.CompareTo(last) > 0) : found;
        var page = range.Take == 0
            ? []
            : await rest.OrderBy(person => person.Id).Skip(range.Skip).Take(range.Take + 1).ToListAsync(cancellation);
        var now = clock.GetUtcNow();
        var shown = new FoundPeople(
            await PersonProfile.OfAsync([.. page.Take(range.Take)], database, now, cancellation), total, page.Count > range.Take);
        var what = conditions.IsEmpty ? "list"
            : conditions.Any(condition => condition.Field == PersonField.Phone) ? FindByNumber.Recorded
            : "search";
        database.RecordListed(what, [.. shown.People.Select(person => person.Sub)], now);
        await database.SaveChangesAsync(cancellation);
        return shown;
    }

    /// <summary>Null if there is none with that subject.</summary>
    public async Task<PersonProfile?> FindAsync(string sub, ActingOperator by, CancellationToken cancellation)
    {
        if (await LookAsync(sub, cancellation) is not { } person)
        {
            return null;
        }

        await database.RecordReadAsync(by, person.Id, clock.GetUtcNow(), cancellation);
        await database.SaveChangesAsync(cancellation);
        return await ProfileAsync(person, cancellation);
    }

    /// <summary>Somebody whom the caller has just added, which is recorded already.</summary>
    public async Task<PersonProfile> AddedAsync(PersonView added, CancellationToken cancellation) =>
        await ProfileAsync((await LookAsync(added.Sub, cancellation))!, cancellation);

    private async Task<PersonProfile> ProfileAsync(Person person, CancellationToken cancellation) =>
        (await PersonProfile.OfAsync([person], database, clock.GetUtcNow(), cancellation))[0];

    private async Task<Person?> LookAsync(string sub, CancellationToken cancellation) => Guid.TryParseExact(sub, "N", out var id)
        ? await database.Users.AsNoTracking().SingleOrDefaultAsync(person => person.Id == id, cancellation)
        : null;

    private IQueryable<Person> Narrow(IQueryable<Person> people, PersonCondition condition)
    {
        var (value, name) = (condition.Value, SignInName.Normalize(condition.Value));
        return condition switch
        {
            { Field: PersonField.Sub } => Guid.TryParseExact(value, "N", out var id)
                ? people.Where(person => person.Id == id)
                : people.Where(person => false),
            { Field: PersonField.Active } => value == "true"
                ? people.Where(person => person.DisabledAt == null)
                : people.Where(person => person.DisabledAt != null),
            // As it is written (RFC 7643 §3.1, caseExact).
            { Field: PersonField.ExternalId } => people.Where(person => person.ExternalId == value),
            { Field: PersonField.Phone } => people.WithNumber(value, database, sealer),
            { IsPrefix: true } when name.Length == 0 => people,
            { Field: PersonField.UserName, IsPrefix: true } => people.WithUserName(name),
            { Field: PersonField.UserName } => people.Where(person => person.NormalizedUserName == name),
            { IsPrefix: true } => people.WithEmail(name),
            _ => people.Where(person => person.NormalizedEmail == name),
        };
    }
}
