using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Admin;
using Sso.Data;
using Sso.Protocol;

namespace Sso.Accounts.People;

/// <summary>The security events of one customer, the newest first, for the help desk. Reading them is an event as well.</summary>
public sealed class ListPersonEvents(SsoDbContext database, TimeProvider clock)
{
    /// <param name="who">User name, e-mail address or subject.</param>
    /// <param name="limit">How many at most.</param>
    public async Task<Result<ImmutableArray<PersonEventView>, Refusal>> ExecuteAsync(
        string who, int limit, CancellationToken cancellation)
    {
        if (await database.FindPersonAsync(who, cancellation) is not { } person)
        {
            return OperatorActs.NotFound(who);
        }

        var events = await database.SecurityEvents.AsNoTracking().Where(item => item.PersonId == person.Id)
            .OrderByDescending(item => item.At).ThenByDescending(item => item.Id).Take(limit).ToListAsync(cancellation);
        database.RecordRead(person.Id, clock.GetUtcNow());
        await database.SaveChangesAsync(cancellation);
        return events.Select(PersonEventView.Of).ToImmutableArray();
    }
}
