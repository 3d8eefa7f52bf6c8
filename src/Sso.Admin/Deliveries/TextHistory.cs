using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Delivery;

namespace Sso.Admin.Deliveries;

/// <summary>Texts of a time. Money is in ten-thousandths of a euro.</summary>
/// <param name="Sent">Messages that were handed to a route, with codes or not.</param>
/// <param name="Codes">Those with a code.</param>
/// <param name="Entered">Whose code was typed in.</param>
/// <param name="Arrived">Of which a receipt says so, or whose code was typed in.</param>
/// <param name="Spent">By the provider where it has said so, otherwise by the price table.</param>
public sealed record TextTotals(int Sent, int Codes, int Entered, int Arrived, long Spent)
{
    public static async Task<TextTotals> ReadAsync(
        IQueryable<TextDelivery> deliveries, CancellationToken cancellation)
    {
        var sums = await deliveries.GroupBy(_ => 1).Select(all => new
        {
            Sent = all.Count(),
            Codes = all.Sum(delivery => delivery.Purpose == TextPurpose.Notice ? 0 : 1),
            Entered = all.Sum(delivery => delivery.EnteredAt == null ? 0 : 1),
            Arrived = all.Sum(delivery => delivery.Receipt == TextReceiptStatus.Delivered || delivery.EnteredAt != null ? 1 : 0),
            Spent = all.Sum(delivery => (long)(delivery.Price ?? delivery.Cost)),
        }).SingleOrDefaultAsync(cancellation);
        return new(sums?.Sent ?? 0, sums?.Codes ?? 0, sums?.Entered ?? 0, sums?.Arrived ?? 0, sums?.Spent ?? 0);
    }
}

/// <summary>The texts of one day, in the time zone of the server.</summary>
public sealed record DayOfTexts(DateOnly Day, TextTotals Totals);

/// <summary>
/// What texts cost in four weeks, by day. Receipts and prices come within hours, so a day that ended two days ago is added up once and
/// remembered: the first look after a start costs a statement for each day, every other one two or three.
/// </summary>
public sealed class TextHistory(TimeProvider clock)
{
    public const int Days = 28;

    private readonly ConcurrentDictionary<DateOnly, DayOfTexts> _finished = new();

    /// <summary>The oldest first; the last is today.</summary>
    public async Task<ImmutableArray<DayOfTexts>> ReadAsync(SsoDbContext database, CancellationToken cancellation)
    {
        var today = DateOnly.FromDateTime(clock.GetLocalNow().DateTime);
        var days = ImmutableArray.CreateBuilder<DayOfTexts>(Days);
        for (var day = today.AddDays(1 - Days); day <= today; day = day.AddDays(1))
        {
            if (!_finished.TryGetValue(day, out var counted))
            {
                var (from, to) = (StartOf(day), StartOf(day.AddDays(1)));
                counted = new(day, await TextTotals.ReadAsync(
                    database.TextDeliveries.Where(delivery => delivery.SentAt >= from && delivery.SentAt < to), cancellation));
                if (day < today.AddDays(-1))
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

    /// <summary>Since the first of the month.</summary>
    public Task<TextTotals> OfMonthAsync(SsoDbContext database, CancellationToken cancellation)
    {
        var today = clock.GetLocalNow();
        var first = StartOf(new DateOnly(today.Year, today.Month, 1));
        return TextTotals.ReadAsync(database.TextDeliveries.Where(delivery => delivery.SentAt >= first), cancellation);
    }

    private DateTimeOffset StartOf(DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        // Databases compare instants, and PostgreSQL takes them in UTC only.
        return new DateTimeOffset(midnight, clock.LocalTimeZone.GetUtcOffset(midnight)).ToUniversalTime();
    }
}
