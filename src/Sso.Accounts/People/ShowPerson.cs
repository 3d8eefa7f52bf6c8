using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Accounts.Factors;
using Sso.Accounts.Limits;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.People;
using Sso.Protocol;

namespace Sso.Accounts.People;

/// <summary>One customer with their second factors, sessions and waits.</summary>
public sealed class ShowPerson(SsoDbContext database, TimeProvider clock)
{
    public async Task<Result<PersonDetails, Refusal>> ExecuteAsync(
        string who, ActingOperator by, CancellationToken cancellation)
    {
        if (await database.FindPersonAsync(who, cancellation) is not { } person)
        {
            return OperatorActs.NotFound(who);
        }

        var now = clock.GetUtcNow();
        var factors = await database.ActiveFactors(person.Id).AsNoTracking().ToListAsync(cancellation);
        var counters = await CountersAsync(person, cancellation);
        var links = await database.PasswordLinksAsync(person.PasswordHash is null ? [person.Id] : [], now, cancellation);
        await database.RecordReadAsync(by, person.Id, now, cancellation);
        await database.SaveChangesAsync(cancellation);
        return new PersonDetails
        {
            Person = PersonView.Of(person),
            Role = (await database.Administrators.AsNoTracking()
                .SingleOrDefaultAsync(row => row.PersonId == person.Id, cancellation))?.Role,
            LastAccessAddress = person.LastAccessAddress,
            HasPassword = person.PasswordHash is not null,
            PasswordLinkExpiresAt = links.TryGetValue(person.Id, out var expires) ? expires : null,
            SecondFactors =
            [
                .. factors.OrderBy(factor => factor.CreatedAt)
                    .Select(factor => new FactorView(
                        FactorView.IdOf(factor), factor.Method, factor.ActivatedAt!.Value, factor.LastUsedAt, factor.ConsecutiveFailures)),
            ],
            RecoveryCodesLeft = await database.RecoveryCodes.CountAsync(
                code => code.PersonId == person.Id && code.UsedAt == null, cancellation),
            OpenSessions = await database.Sessions.CountAsync(
                session => session.PersonId == person.Id && session.EndedAt == null && session.ExpiresAt > now, cancellation),
            DeletionDueAt = (await database.AccountDeletions.AsNoTracking()
                .SingleOrDefaultAsync(row => row.PersonId == person.Id, cancellation))?.DueAt,
            BlockedUntil = counters.Max(counter => counter.BlockedUntil) is { } until && until > now ? until : null,
            PasswordFailures = counters.Sum(counter => counter.Count),
        };
    }

    private async Task<List<AttemptCounter>> CountersAsync(Person person, CancellationToken cancellation)
    {
        var counters = new List<AttemptCounter>();
        foreach (var key in await database.PasswordCountersAsync(person, cancellation))
        {
            counters.AddRange(await database.AttemptCounters.AsNoTracking().Where(counter => counter.Key == key).ToListAsync(cancellation));
        }

        return counters;
    }
}
