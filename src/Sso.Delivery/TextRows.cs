using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Delivery.Routes;
using Sso.Delivery.Spending;

namespace Sso.Delivery;

/// <summary>What sending a text writes: the claim on its row, each message before its route is asked, and the outcomes.</summary>
public sealed partial class TextRows(
    SendLimits limits, DeliveryMetrics metrics, IOptions<DeliveryOptions> options, TimeProvider clock, ILogger<TextRows> log)
{
    /// <summary>Longer than a whole send, by more than the clocks of two nodes may differ.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan WaitForKey = TimeSpan.FromSeconds(3);

    /// <summary>The row if it is due and nobody else has it.</summary>
    public async Task<OutgoingText?> ClaimAsync(SsoDbContext database, Guid id)
    {
        var now = clock.GetUtcNow();
        if (await database.OutgoingTexts.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id) is not { } text)
        {
            return null;
        }

        var (attempts, until) = (text.Attempts, now + Lease);
        var claimed = await Due(database, now).Where(row => row.Id == id && row.Attempts == attempts).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.LeasedUntil, until)
            .SetProperty(row => row.Attempts, attempts + 1));
        text.Attempts = attempts + 1;
        return claimed == 1 ? text : null;
    }

    /// <summary>Never sent, or sent and without a receipt for too long; and claimed by nobody.</summary>
    public static IQueryable<OutgoingText> Due(SsoDbContext database, DateTimeOffset now) => database.OutgoingTexts.Where(text =>
        (text.Status == OutgoingTextStatus.Waiting || text.Status == OutgoingTextStatus.AwaitingReceipt)
        && text.NextAttemptAt <= now && (text.LeasedUntil == null || text.LeasedUntil < now));

    /// <summary>
    /// The message's id, written before the route is asked. Null if another node has the text by now, or if there is no money for
    /// <paramref name="isAnother"/> message: the first was paid for when it was asked for.
    /// </summary>
    public async Task<Guid?> BeginAsync(SsoDbContext database, OutgoingText text, ComposedText composed, string route, bool isAnother)
    {
        var now = clock.GetUtcNow();
        var until = now + Lease;
        await using var transaction = await database.Database.BeginTransactionAsync();
        if (await Mine(database, text).ExecuteUpdateAsync(set => set.SetProperty(row => row.LeasedUntil, until)) != 1
            || (isAnother && !await limits.TryPayAgainAsync(database, composed.To, text.Purpose, now, CancellationToken.None)))
        {
            // What the guard has to tell is kept; the lease runs out by itself or is ended by the caller.
            await transaction.CommitAsync();
            return null;
        }

        var delivery = new TextDelivery
        {
            Id = Guid.CreateVersion7(now),
            TextId = text.Id,
            ChallengeId = text.ChallengeId,
            Route = route,
            MaskedNumber = composed.To.Masked,
            Country = composed.To.Country.Code,
            Prefix = composed.To.Prefix,
            Purpose = text.Purpose,
            SentAt = now,
            Cost = options.Value.PriceOf(composed.To),
        };
        database.TextDeliveries.Add(delivery);
        await database.SaveChangesAsync();
        await transaction.CommitAsync();
        database.ChangeTracker.Clear();
        return delivery.Id;
    }

    /// <summary>Leaves the receipt alone: it may have been faster than the answer.</summary>
    public async Task RecordAsync(SsoDbContext database, Guid deliveryId, ComposedText composed, string route, DeliveryOutcome outcome)
    {
        var providerId = (outcome as DeliveryOutcome.Accepted)?.Id;
        await database.TextDeliveries.Where(row => row.Id == deliveryId).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.Outcome, outcome.Name)
            .SetProperty(row => row.ProviderId, providerId));
        metrics.CountMessage(route, composed.To.Country.Code, outcome.Name);
    }

    /// <param name="database">The context of the claim.</param>
    /// <param name="text">The row as claimed.</param>
    /// <param name="outcome">Of all routes together.</param>
    /// <param name="waits">A receipt is to come, and another route is left if it does not.</param>
    public async Task EndAsync(SsoDbContext database, OutgoingText text, DeliveryOutcome outcome, bool waits)
    {
        if (text.Status == OutgoingTextStatus.AwaitingReceipt || outcome is not DeliveryOutcome.Accepted)
        {
            await GiveUpAsync(database, text, outcome.Name);
            return;
        }

        var (status, next) = waits
            ? (OutgoingTextStatus.AwaitingReceipt, clock.GetUtcNow() + options.Value.ReceiptWait)
            : (OutgoingTextStatus.Sent, text.NextAttemptAt);
        await EndAsync(database, text, status, outcome.Name, next);
    }

    /// <summary>Nothing more is sent; a text that a route has taken stays sent.</summary>
    public async Task GiveUpAsync(SsoDbContext database, OutgoingText text, string why)
    {
        if (text.Status == OutgoingTextStatus.AwaitingReceipt)
        {
            await EndAsync(database, text, OutgoingTextStatus.Sent, text.Outcome!, text.NextAttemptAt);
            return;
        }

        await EndAsync(database, text, OutgoingTextStatus.Failed, why, text.NextAttemptAt);
        NotSent(log, text.Id, why);
    }

    /// <summary>A key made by another node a moment ago is not known here yet.</summary>
    public Task LaterAsync(SsoDbContext database, OutgoingText text) => LaterAsync(database, text, WaitForKey);

    /// <summary>The notice has to wait: a limit was reached.</summary>
    public async Task LaterAsync(SsoDbContext database, OutgoingText text, TimeSpan wait)
    {
        var next = clock.GetUtcNow() + wait;
        await Mine(database, text).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.NextAttemptAt, next)
            .SetProperty(row => row.LeasedUntil, (DateTimeOffset?)null));
    }

    private static async Task EndAsync(
        SsoDbContext database, OutgoingText text, OutgoingTextStatus status, string outcome, DateTimeOffset next)
    {
        // The number of a notice is kept for as long as it may be sent.
        var number = status == OutgoingTextStatus.AwaitingReceipt ? text.Protected : null;
        await Mine(database, text).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.Status, status)
            .SetProperty(row => row.Protected, number)
            .SetProperty(row => row.Outcome, outcome)
            .SetProperty(row => row.NextAttemptAt, next)
            .SetProperty(row => row.LeasedUntil, (DateTimeOffset?)null));
    }

    /// <summary>The row as claimed here: each claim raises the attempts.</summary>
    private static IQueryable<OutgoingText> Mine(SsoDbContext database, OutgoingText text) =>
        database.OutgoingTexts.Where(row => row.Id == text.Id && row.Attempts == text.Attempts && row.Status == text.Status);

    [LoggerMessage(EventId = 2132, Level = LogLevel.Warning, Message = "Text {Id} was not sent: {Outcome}")]
    private static partial void NotSent(ILogger log, Guid id, string outcome);
}
