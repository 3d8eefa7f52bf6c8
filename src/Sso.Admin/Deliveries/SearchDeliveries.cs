using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Operations;

namespace Sso.Admin.Deliveries;

/// <summary>What is looked for in the log of texts; null means whatever.</summary>
/// <param name="LastDigits">With which the number ends: two at most are told of it.</param>
/// <param name="OnlyTroubled">Only those that did not arrive, as far as is known.</param>
public sealed record DeliverySearch(
    TextPurpose? Purpose, string? Route, string? Country, string? LastDigits, bool OnlyTroubled,
    DateTimeOffset? From, DateTimeOffset? Until);

/// <param name="Next">The text behind which the next part begins; null if there is none.</param>
/// <param name="LookedBackTo">So far back everything was looked at, and there is more behind; null if the whole span was.</param>
public sealed record DeliveryPage(ImmutableArray<DeliveryView> Texts, Guid? Next, DateTimeOffset? LookedBackTo);

/// <summary>
/// Searches the log of texts, newest first. It walks backwards over the keys, which begin with the time, and looks at so many at most: what
/// no index leads to costs none.
/// </summary>
public sealed class SearchDeliveries(SsoDbContext database)
{
    public const int PageSize = 50;
    public const int MostLookedAt = 20_000;

    public async Task<DeliveryPage> ExecuteAsync(
        DeliverySearch search, Guid? before, CancellationToken cancellation, int most = MostLookedAt)
    {
        var span = database.TextDeliveries.AsNoTracking();
        span = before is { } cursor ? span.Where(row => row.Id.CompareTo(cursor) < 0) : span;
        if (search.From is { } from)
        {
            var first = SecurityEvent.FirstIdAt(from);
            span = span.Where(row => row.Id.CompareTo(first) >= 0);
        }

        if (search.Until is { } until)
        {
            var end = SecurityEvent.FirstIdAt(until);
            span = span.Where(row => row.Id.CompareTo(end) < 0);
        }

        var walked = span.OrderByDescending(row => row.Id);
        var found = await Filter(walked.Take(most), search).OrderByDescending(row => row.Id).Take(PageSize + 1).ToListAsync(cancellation);
        ImmutableArray<DeliveryView> texts = [.. found.Take(PageSize).Select(DeliveryView.Of)];
        if (found.Count > PageSize)
        {
            return new(texts, found[PageSize - 1].Id, LookedBackTo: null);
        }

        var last = await walked.Skip(most - 1).Select(row => new { row.Id, row.SentAt }).FirstOrDefaultAsync(cancellation);
        return new(texts, last?.Id, last?.SentAt);
    }

    private static IQueryable<TextDelivery> Filter(IQueryable<TextDelivery> rows, DeliverySearch search)
    {
        rows = search.Purpose is { } purpose ? rows.Where(row => row.Purpose == purpose) : rows;
        rows = search.Route is { } route ? rows.Where(row => row.Route == route) : rows;
        rows = search.Country is { } country ? rows.Where(row => row.Country == country) : rows;
        rows = search.LastDigits is { } digits ? rows.Where(row => row.MaskedNumber.EndsWith(digits)) : rows;
        return search.OnlyTroubled
            ? rows.Where(row => row.Receipt != TextReceiptStatus.Delivered && row.EnteredAt == null)
            : rows;
    }
}
