using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Data;
using Sso.Data.Administrators;
using Sso.Data.Factors;
using Sso.Data.Operations;

namespace Sso.Accounts.Limits;

/// <summary>A person who has to wait.</summary>
/// <param name="Until">Null for what does not end by itself.</param>
public sealed record StoppedPerson(string Sub, string UserName, Limit By, DateTimeOffset? Until)
{
    /// <summary>Null for a customer: on whom who may act goes by it.</summary>
    public AdministratorRole? Role { get; init; }
}

/// <summary>An address from which nobody may try now.</summary>
public sealed record StoppedAddress(string Address, Limit By, DateTimeOffset Until);

/// <param name="Others">Waits that belong to nobody who failed lately, such as those of names that nobody has.</param>
public sealed record StoppedNow(ImmutableArray<StoppedPerson> People, ImmutableArray<StoppedAddress> Addresses, int Others);

/// <summary>
/// Who is stopped by the limits of sign-in at this moment. Counters are kept under hashes of names, so whoever failed lately is taken from
/// the record of events, and their counters are looked for among the full ones: nothing is stored that says in clear who is stopped.
/// </summary>
public sealed class ListStopped(SsoDbContext database, TimeProvider clock)
{
    /// <summary>So many full counters, failures and persons at most, however big an attack is.</summary>
    private const int Most = 2_000;

    /// <summary>The newest events, by their keys: no index leads to failures, and the record of seven days may be long.</summary>
    private const int MostLookedAt = 20_000;

    /// <summary>A wait ends after 15 minutes and a window after an hour; what is closed stays, and is looked for so far back.</summary>
    private static readonly TimeSpan Back = TimeSpan.FromDays(7);

    private static readonly SecurityEventKind[] Failed = [SecurityEventKind.PasswordFailed, SecurityEventKind.SecondFactorFailed];

    private static readonly Limit[] OfAddresses = [LimitTable.AddressShort, LimitTable.AddressLong, LimitTable.Names];

    /// <param name="counted">The name under which an address that the record shows is counted.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <param name="mostLookedAt">How many events are looked at, for whoever failed.</param>
    public async Task<StoppedNow> ExecuteAsync(
        Func<string, string> counted, CancellationToken cancellation, int mostLookedAt = MostLookedAt)
    {
        var now = clock.GetUtcNow();
        var full = (await FullAsync(now, cancellation)).ToDictionary(counter => Convert.ToHexString(counter.Key));
        var failures = full.Count == 0 ? [] : await FailuresAsync(now, mostLookedAt, cancellation);
        var addresses = AddressesIn(full, failures, counted, now);
        var people = await FindPeopleAsync(full, [.. failures.Select(item => item.PersonId).OfType<Guid>().Distinct()], now, cancellation);
        people.AddRange(await WithShutFactorsAsync(cancellation));
        if (people.Count > 0)
        {
            people = await WithRolesAsync(people, cancellation);
            database.RecordListed("stopped", [.. people.Select(person => person.Sub).Distinct()], now);
            await database.SaveChangesAsync(cancellation);
        }

        return new(
            [.. people.OrderBy(person => person.UserName, StringComparer.Ordinal)], [.. addresses],
            full.Values.Count(counter => counter.BlockedUntil > now));
    }

    private Task<List<AttemptCounter>> FullAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        // Other limits have counters that look the same: what belongs to no person and no address below is not told.
        var least = Math.Min(LimitTable.Code.Most, LimitTable.Names.Most);
        return database.AttemptCounters.AsNoTracking()
            .Where(counter => counter.ExpiresAt > now
                && (counter.BlockedUntil > now || (counter.BlockedUntil == null && counter.Count >= least)))
            .OrderByDescending(counter => counter.ExpiresAt).Take(Most).ToListAsync(cancellation);
    }

    private async Task<List<Failure>> FailuresAsync(DateTimeOffset now, int mostLookedAt, CancellationToken cancellation)
    {
        var first = SecurityEvent.FirstIdAt(now - Back);
        return await database.SecurityEvents.AsNoTracking()
            .Where(item => item.Id.CompareTo(first) >= 0).OrderByDescending(item => item.Id).Take(mostLookedAt)
            .Where(item => Failed.Contains(item.Kind)).OrderByDescending(item => item.Id).Take(Most)
            .Select(item => new Failure(item.PersonId, item.Address)).ToListAsync(cancellation);
    }

    private static List<StoppedAddress> AddressesIn(
        Dictionary<string, AttemptCounter> full, List<Failure> failures, Func<string, string> counted, DateTimeOffset now)
    {
        var stopped = new List<StoppedAddress>();
        foreach (var address in failures.Select(item => item.Address).OfType<string>().Select(counted).Distinct(StringComparer.Ordinal))
        {
            foreach (var limit in OfAddresses)
            {
                if (Take(full, limit, address) is { } counter && counter.Count >= limit.Most && counter.WindowStart + limit.Window > now)
                {
                    stopped.Add(new(address, limit, counter.WindowStart + limit.Window));
                }
            }
        }

        return stopped;
    }

    private async Task<List<StoppedPerson>> FindPeopleAsync(
        Dictionary<string, AttemptCounter> full, List<Guid> failed, DateTimeOffset now, CancellationToken cancellation)
    {
        var stopped = new List<StoppedPerson>();
        if (failed.Count == 0)
        {
            return stopped;
        }

        var people = await database.Users.AsNoTracking().Where(person => failed.Contains(person.Id)).ToListAsync(cancellation);
        var devices = (await database.TrustedDevices.AsNoTracking().Where(device => failed.Contains(device.PersonId))
            .Select(device => new { device.Id, device.PersonId }).ToListAsync(cancellation)).ToLookup(row => row.PersonId, row => row.Id);
        var sessions = (await database.Sessions.AsNoTracking()
            .Where(session => failed.Contains(session.PersonId) && session.EndedAt == null)
            .Select(session => new { session.Id, session.PersonId }).ToListAsync(cancellation))
            .ToLookup(row => row.PersonId, row => row.Id);
        foreach (var person in people)
        {
            string?[] names =
            [
                person.NormalizedUserName, person.NormalizedEmail, .. devices[person.Id].Select(Failures.InDevice),
                .. sessions[person.Id].Select(Failures.InSession),
            ];
            var waits = names.OfType<string>().Distinct(StringComparer.Ordinal)
                .Select(name => Take(full, LimitTable.Password, name)?.BlockedUntil).Where(until => until > now).ToList();
            if (waits.Count > 0)
            {
                var last = waits.Max()!.Value;
                stopped.Add(Stopped(person.Id, person.UserName!, LimitTable.Password, AttemptLimits.IsClosed(last - now) ? null : last));
            }

            var code = LimitTable.Code;
            if (Take(full, code, person.Id.ToString("N")) is { } counter && counter.Count >= code.Most
                && counter.WindowStart + code.Window > now)
            {
                stopped.Add(Stopped(person.Id, person.UserName!, code, counter.WindowStart + code.Window));
            }
        }

        return stopped;
    }

    private async Task<List<StoppedPerson>> WithRolesAsync(List<StoppedPerson> people, CancellationToken cancellation)
    {
        var ids = people.Select(person => Guid.ParseExact(person.Sub, "N")).Distinct().ToList();
        var roles = await database.Administrators.AsNoTracking().Where(row => ids.Contains(row.PersonId)).ToDictionaryAsync(
            row => row.PersonId.ToString("N"), row => row.Role, cancellation);
        return [.. people.Select(person => roles.TryGetValue(person.Sub, out var role) ? person with { Role = role } : person)];
    }

    /// <summary>
    /// Counted in the rows of the factors, and shut until somebody opens them. An index by the count leads there.
    /// </summary>
    private async Task<IEnumerable<StoppedPerson>> WithShutFactorsAsync(CancellationToken cancellation)
    {
        var most = LimitTable.Factor.Most;
        var shut = await database.Users.AsNoTracking()
            .Where(person => database.SecondFactors.Any(factor => factor.PersonId == person.Id && factor.ConsecutiveFailures >= most))
            .OrderBy(person => person.Id).Take(Most).Select(person => new { person.Id, person.UserName }).ToListAsync(cancellation);
        return shut.Select(person => Stopped(person.Id, person.UserName!, LimitTable.Factor, until: null));
    }

    private static StoppedPerson Stopped(Guid id, string userName, Limit by, DateTimeOffset? until) =>
        new(id.ToString("N"), userName, by, until);

    /// <summary>What belongs to somebody is not one of the others.</summary>
    private static AttemptCounter? Take(Dictionary<string, AttemptCounter> full, Limit limit, string who) =>
        full.Remove(Convert.ToHexString(limit.KeyOf(who)), out var counter) ? counter : null;

    private sealed record Failure(Guid? PersonId, string? Address);
}
