using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Accounts.Audit;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Protocol;

namespace Sso.Accounts.People;

/// <summary>
/// The security events of one customer, the newest first. Reading them is an event as well, which whoever helps the customer is not shown:
/// there it would stand in the way of what happened.
/// </summary>
public sealed class ListPersonEvents(SsoDbContext database, TimeProvider clock)
{
    /// <param name="who">User name, e-mail address or subject.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="withReadings">Also when operators read of this person.</param>
    /// <param name="by">Who reads.</param>
    /// <param name="cancellation">Stops the reading.</param>
    public async Task<Result<ImmutableArray<PersonEventView>, Refusal>> ExecuteAsync(
        string who, int limit, bool withReadings, ActingOperator by, CancellationToken cancellation)
    {
        if (await database.FindPersonAsync(who, cancellation) is not { } person)
        {
            return OperatorActs.NotFound(who);
        }

        var events = await database.SecurityEvents.AsNoTracking()
            .Where(item => item.PersonId == person.Id && (withReadings || item.Kind != SecurityEventKind.PersonRead))
            .OrderByDescending(item => item.At).ThenByDescending(item => item.Id).Take(limit).ToListAsync(cancellation);
        await database.RecordReadAsync(by, person.Id, clock.GetUtcNow(), cancellation);
        await database.SaveChangesAsync(cancellation);
        var names = await database.NamesOfAsync(events, cancellation);
        return events.Select(item => PersonEventView.Of(item, names)).ToImmutableArray();
    }
}
