using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.Secrets;
using Sso.Delivery;
using Sso.Protocol;

namespace Sso.Accounts.People;

/// <summary>
/// Lists those who have proved a phone number, in the order in which they were added; the number is compared as a whole, because only its
/// hash can be. Who was shown is recorded, and not the number.
/// </summary>
public sealed class FindByNumber(SsoDbContext database, PhoneNumbers numbers, Sealer sealer, TimeProvider clock)
{
    /// <summary>How it is recorded, other than a search by name: it is one by which somebody could try numbers.</summary>
    internal const string Recorded = "search by number";

    /// <param name="typed">With its country code, or as it is dialled in the first country that is served.</param>
    /// <param name="after">The subject behind which to go on; null for the first part.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellation">Stops the reading.</param>
    public async Task<Result<PeoplePage, Refusal>> ExecuteAsync(
        string typed, string? after, int limit, CancellationToken cancellation)
    {
        if (SoughtNumber.Read(numbers, typed).Failed(out var refusal, out var number))
        {
            return refusal;
        }

        var people = database.Users.AsNoTracking().WithNumber(number, database, sealer);
        if (Guid.TryParseExact(after, "N", out var last))
        {
            people = people.Where(person => person.Id.CompareTo(last) > 0);
        }

        var found = await people.OrderBy(person => person.Id).Take(limit + 1).ToListAsync(cancellation);
        var page = new PeoplePage(
            [.. found.Take(limit).Select(PersonView.Of)], found.Count > limit ? found[limit - 1].Id.ToString("N") : null);
        database.RecordListed(Recorded, [.. page.People.Select(person => person.Sub)], clock.GetUtcNow());
        await database.SaveChangesAsync(cancellation);
        return page;
    }
}
