using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Delivery.Routes;

namespace Sso.Delivery.Spending;

/// <summary>
/// Closes a prefix for a while when hardly anybody enters the codes that go there: that is what pumping looks like. Enrolment and sign-in
/// are judged and closed separately, so that strangers cannot lock out those who proved their number before.
/// </summary>
public sealed class ConversionBreaker(IOptions<DeliveryOptions> options, DeliveryAlerts alerts, DeliveryMetrics metrics)
{
    /// <summary>People need this long to type a code; a more recent text says nothing yet.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);

    private const string Accepted = nameof(DeliveryOutcome.Accepted);
    private const string Alert = "conversion";
    private static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    /// <summary>A prefix that was closed longer ago, by a setting of that length, is not listed.</summary>
    private static readonly TimeSpan LongestListed = TimeSpan.FromDays(7);

    /// <summary>
    /// What is closed now. Counters have only hashes of their names: those that were closed are in the alerts of the last days.
    /// </summary>
    public static async Task<IReadOnlyList<ClosedPrefix>> ClosedAsync(
        SsoDbContext database, DateTimeOffset now, CancellationToken cancellation)
    {
        var since = now - LongestListed;
        var subjects = await database.DeliveryAlerts.Where(alert => alert.At >= since && alert.Limit == Alert)
            .Select(alert => alert.Subject).Distinct().ToListAsync(cancellation);
        var known = (from subject in subjects
                     let parts = subject.Split('/')
                     where parts.Length == 2 && Enum.TryParse<TextPurpose>(parts[0], out _)
                     select (Purpose: Enum.Parse<TextPurpose>(parts[0]), Prefix: parts[1]))
            .ToDictionary(item => Convert.ToHexString(KeyOf(item.Purpose, item.Prefix)));
        var keys = known.Values.Select(item => KeyOf(item.Purpose, item.Prefix)).ToArray();
        var closed = keys.Length == 0
            ? []
            : await database.AttemptCounters.AsNoTracking().Where(row => keys.Contains(row.Key) && row.BlockedUntil > now)
                .ToListAsync(cancellation);
        return
        [
            .. from row in closed
               let item = known[Convert.ToHexString(row.Key)]
               orderby item.Prefix, item.Purpose
               select new ClosedPrefix(
                   item.Purpose, item.Prefix, Country.OfDigits(item.Prefix.TrimStart('+')).FirstOrDefault()?.Code,
                   row.BlockedUntil!.Value),
        ];
    }

    /// <summary>False if it is not closed. Judged anew by what is sent from now on.</summary>
    public static async Task<bool> OpenAsync(
        SsoDbContext database, TextPurpose purpose, string prefix, DateTimeOffset now, CancellationToken cancellation)
    {
        var (key, expires) = (KeyOf(purpose, prefix), now + Memory);
        return await database.AttemptCounters.Where(row => row.Key == key && row.BlockedUntil > now).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.BlockedUntil, now).SetProperty(row => row.ExpiresAt, expires), cancellation) == 1;
    }

    /// <summary>How long the prefix stays closed; null if it is open.</summary>
    internal async Task<TimeSpan?> WaitAsync(
        SsoDbContext database, PhoneNumber number, TextPurpose purpose, DateTimeOffset now, CancellationToken cancellation)
    {
        var key = KeyOf(purpose, number.Prefix);
        var reopened = await database.AttemptCounters.Where(row => row.Key == key)
            .Select(row => row.BlockedUntil).SingleOrDefaultAsync(cancellation);
        if (reopened > now)
        {
            metrics.CountStopped("conversion");
            return reopened - now;
        }

        if (!await IsPumpedAsync(database, number.Prefix, purpose, reopened, now, cancellation))
        {
            return null;
        }

        var pause = options.Value.Conversion.Pause;
        await CloseAsync(database, key, now + pause, cancellation);
        await alerts.PrefixClosedAsync(database, $"{purpose}/{number.Prefix}", now, cancellation);
        return pause;
    }

    internal async Task CodeEnteredAsync(SsoDbContext database, Guid challengeId, DateTimeOffset now, CancellationToken cancellation)
    {
        await database.TextDeliveries.Where(delivery => delivery.ChallengeId == challengeId)
            .ExecuteUpdateAsync(set => set.SetProperty(delivery => delivery.EnteredAt, now), cancellation);
        metrics.CountEntered();
    }

    /// <summary>Judged by those that arrived, as far as we know, and if it was closed, only since the prefix was opened again.</summary>
    private async Task<bool> IsPumpedAsync(
        SsoDbContext database, string prefix, TextPurpose purpose,
        DateTimeOffset? reopened, DateTimeOffset now, CancellationToken cancellation)
    {
        var (conversion, judged) = (options.Value.Conversion, now - Grace);
        var since = reopened > now - Memory ? reopened.Value : now - Memory;
        var entered = await database.TextDeliveries
            .Where(delivery => delivery.Prefix == prefix && delivery.Purpose == purpose
                && delivery.SentAt >= since && delivery.SentAt <= judged
                && delivery.Outcome == Accepted && delivery.Receipt != TextReceiptStatus.Failed
                && delivery.Receipt != TextReceiptStatus.Refused)
            .OrderByDescending(delivery => delivery.SentAt)
            .Take(conversion.Sample)
            .Select(delivery => delivery.EnteredAt != null)
            .ToListAsync(cancellation);
        return entered.Count == conversion.Sample && entered.Count(was => was) < conversion.Floor * conversion.Sample;
    }

    private static byte[] KeyOf(TextPurpose purpose, string prefix) =>
        AttemptCounter.KeyOf("text-prefix-closed", $"{purpose}/{prefix}");

    private static async Task CloseAsync(SsoDbContext database, byte[] key, DateTimeOffset until, CancellationToken cancellation)
    {
        var expires = until + Memory;
        var closed = await database.AttemptCounters.Where(row => row.Key == key).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.BlockedUntil, until).SetProperty(row => row.ExpiresAt, expires), cancellation);
        if (closed == 0)
        {
            // Another request may close it at the same moment: then it is closed.
            var row = new AttemptCounter { Key = key, BlockedUntil = until, ExpiresAt = expires };
            await database.TryInsertAsync(row, cancellation);
            database.Entry(row).State = EntityState.Detached;
        }
    }
}

/// <summary>Numbers to which no codes leave for now.</summary>
/// <param name="Country">By its ISO code, the first of those that share a calling code; null if it is none that we know.</param>
public sealed record ClosedPrefix(TextPurpose Purpose, string Prefix, string? Country, DateTimeOffset Until);
