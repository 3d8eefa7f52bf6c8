using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Operations;

namespace Sso.Admin.Overview;

/// <summary>What happened on one day, in the time zone of the server.</summary>
/// <param name="SignIns">Completed.</param>
/// <param name="Failures">Wrong passwords, codes and passkeys.</param>
public sealed record DayOfSignIns(DateOnly Day, int SignIns, int Failures);

/// <summary>
/// The sign-ins of four weeks, by day. Events are only ever added, so a day that is over is counted once and remembered: the first look
/// after a start costs a statement for each day, every other one statement. A day is a range of keys, which begin with the time; there is
/// no index by time to keep up with each sign-in.
/// </summary>
public sealed class SignInHistory(TimeProvider clock)
{
    public const int Days = 28;

    private static readonly SecurityEventKind[] Counted =
        [
            SecurityEventKind.SignedIn, SecurityEventKind.PasswordFailed, SecurityEventKind.SecondFactorFailed,
            SecurityEventKind.PasskeyFailed,
        ];

    private readonly ConcurrentDictionary<DateOnly, DayOfSignIns> _finished = new();

    /// <summary>The oldest first; the last is today.</summary>
    public async Task<ImmutableArray<DayOfSignIns>> ReadAsync(SsoDbContext database, CancellationToken cancellation)
    {
        var today = DateOnly.FromDateTime(clock.GetLocalNow().DateTime);
        var days = ImmutableArray.CreateBuilder<DayOfSignIns>(Days);
        for (var day = today.AddDays(1 - Days); day <= today; day = day.AddDays(1))
        {
            if (!_finished.TryGetValue(day, out var counted))
            {
                counted = await CountAsync(database, day, cancellation);
                if (day < today)
                {
                    _finished[day] = counted;
                }
            }

            days.Add(counted);
        }

        foreach (var old in _finished.Keys.Where(day => day <= today.AddDays(-Days)))
        {
            _finished.TryRemove(old, out _);
        }

        return days.MoveToImmutable();
    }

    private async Task<DayOfSignIns> CountAsync(SsoDbContext database, DateOnly day, CancellationToken cancellation)
    {
        var (from, to) = (FirstIdOf(day), FirstIdOf(day.AddDays(1)));
        var counts = await database.SecurityEvents
            .Where(item => item.Id.CompareTo(from) >= 0 && item.Id.CompareTo(to) < 0 && Counted.Contains(item.Kind))
            .GroupBy(item => item.Kind).Select(group => new { group.Key, Count = group.Count() }).ToListAsync(cancellation);
        return new(
            day,
            counts.Where(kind => kind.Key == SecurityEventKind.SignedIn).Sum(kind => kind.Count),
            counts.Where(kind => kind.Key != SecurityEventKind.SignedIn).Sum(kind => kind.Count));
    }

    private Guid FirstIdOf(DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        return SecurityEvent.FirstIdAt(new(midnight, clock.LocalTimeZone.GetUtcOffset(midnight)));
    }
}
