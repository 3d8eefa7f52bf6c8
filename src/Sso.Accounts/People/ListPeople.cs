using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Data;
using Sso.Data.People;

namespace Sso.Accounts.People;

/// <summary>
/// Lists people, a part at a time: everybody in the order of their user names, or those whose user name begins with a text, then those
/// whose e-mail address does. A part is read from an index, however many people there are. Who was shown is recorded, and not what was
/// typed, which may be anything.
/// </summary>
public sealed class ListPeople(SsoDbContext database, TimeProvider clock)
{
    /// <summary>A shorter text finds only whoever has it as a whole name: one letter would list a part of everybody.</summary>
    public const int ShortestBeginning = 3;

    private IQueryable<Person> People => database.Users.AsNoTracking();

    /// <param name="search">Null or empty for everybody.</param>
    /// <param name="after">The subject behind which to go on; null for the first part.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellation">Stops the reading.</param>
    public async Task<PeoplePage> ExecuteAsync(string? search, string? after, int limit, CancellationToken cancellation)
    {
        var typed = string.IsNullOrWhiteSpace(search) ? "" : SignInName.Normalize(search);
        var found = typed.Length is > 0 and < ShortestBeginning
            ? await People.Where(person => person.NormalizedUserName == typed || person.NormalizedEmail == typed)
                .OrderBy(person => person.NormalizedUserName).ToListAsync(cancellation)
            : await FindAsync(typed, await LastAsync(after, cancellation), limit + 1, cancellation);
        var page = new PeoplePage(
            [.. found.Take(limit).Select(PersonView.Of)], found.Count > limit ? found[limit - 1].Id.ToString("N") : null);
        database.RecordListed(
            typed.Length == 0 ? "list" : "search", [.. page.People.Select(person => person.Sub)], clock.GetUtcNow());
        await database.SaveChangesAsync(cancellation);
        return page;
    }

    private async Task<List<Person>> FindAsync(string beginning, Person? last, int most, CancellationToken cancellation)
    {
        var isAmongNames = last?.NormalizedUserName?.StartsWith(beginning, StringComparison.Ordinal) ?? true;
        var found = isAmongNames
            ? await ByUserName(beginning, last?.NormalizedUserName ?? "").Take(most).ToListAsync(cancellation)
            : [];
        if (beginning.Length > 0 && found.Count < most)
        {
            var behind = isAmongNames ? "" : last?.NormalizedEmail ?? "";
            found.AddRange(await ByEmail(beginning, behind).Take(most - found.Count).ToListAsync(cancellation));
        }

        return found;
    }

    private async Task<Person?> LastAsync(string? after, CancellationToken cancellation) =>
        Guid.TryParseExact(after, "N", out var id) ? await People.SingleOrDefaultAsync(person => person.Id == id, cancellation) : null;

    // Comparisons as the database makes them: each compares the characters of names, which are in one normal form.
#pragma warning disable CA1309, CA1310
    private IQueryable<Person> ByUserName(string beginning, string behind)
    {
        var people = People.Where(person => string.Compare(person.NormalizedUserName, behind) > 0);
        return (beginning.Length > 0 ? people.WithUserName(beginning) : people).OrderBy(person => person.NormalizedUserName);
    }

    /// <summary>Without those who are found by their user name.</summary>
    private IQueryable<Person> ByEmail(string beginning, string behind)
    {
        var end = NameRange.EndOf(beginning);
        return People.WithEmail(beginning)
            .Where(person => string.Compare(person.NormalizedEmail, behind) > 0
                && !(string.Compare(person.NormalizedUserName, beginning) >= 0 && string.Compare(person.NormalizedUserName, end) < 0))
            .OrderBy(person => person.NormalizedEmail);
    }
#pragma warning restore CA1309, CA1310
}
