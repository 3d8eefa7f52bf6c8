using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Data;
using Sso.Data.People;

namespace Sso.Accounts.People;

/// <summary>Lists people in the order of their user names: everybody, or those whose user name or e-mail address contains a text.</summary>
public sealed class ListPeople(SsoDbContext database, TimeProvider clock)
{
    public async Task<ImmutableArray<PersonView>> ExecuteAsync(string? search, int limit, CancellationToken cancellation)
    {
        IQueryable<Person> people = database.Users.AsNoTracking();
        if (!string.IsNullOrWhiteSpace(search))
        {
            var part = SignInName.Normalize(search);
            people = people.Where(person => person.NormalizedUserName!.Contains(part) || person.NormalizedEmail!.Contains(part));
        }

        var found = await people.OrderBy(person => person.NormalizedUserName).Take(limit).ToListAsync(cancellation);
        database.RecordRead(personId: null, clock.GetUtcNow());
        await database.SaveChangesAsync(cancellation);
        return [.. found.Select(PersonView.Of)];
    }
}
