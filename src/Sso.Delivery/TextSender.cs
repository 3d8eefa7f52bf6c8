using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Delivery.Routes;
using Sso.Delivery.Spending;

namespace Sso.Delivery;

/// <summary>
/// Sends one due text by the routes in order. One that a route has accepted is due again if no receipt says that it arrived, and then goes
/// once more, by another route, with the same code. Never more than two messages may have left.
/// </summary>
public sealed partial class TextSender(
    IDbContextFactory<SsoDbContext> contexts,
    TextRows rows,
    TextComposer composer,
    SendLimits limits,
    MessageRoutes routes,
    TimeProvider clock,
    ILogger<TextSender> log)
{
    public static readonly TimeSpan WholeSend = TimeSpan.FromSeconds(9);

    /// <summary>The most messages of one text that providers may have accepted.</summary>
    private const int Most = 2;

    public async Task SendAsync(Guid id)
    {
        await using var database = await contexts.CreateDbContextAsync(CancellationToken.None);
        if (await rows.ClaimAsync(database, id) is not { } text)
        {
            return;
        }

        // A code that is sent again is a new text of the same challenge.
        var before = await database.TextDeliveries.AsNoTracking()
            .Where(row => text.ChallengeId == null ? row.TextId == text.Id : row.ChallengeId == text.ChallengeId).ToListAsync();
        if (text.ExpiresAt <= clock.GetUtcNow())
        {
            await rows.GiveUpAsync(database, text, "Expired");
        }
        else if (before.Any(delivery => delivery.TextId == text.Id && delivery.Receipt >= TextReceiptStatus.Refused))
        {
            await rows.GiveUpAsync(database, text, "Settled");
        }
        else if (text.Notice is { } notice)
        {
            await SendNoticeAsync(database, text, composer.Compose(text, notice), before);
        }
        else
        {
            await SendCodeAsync(database, text, before);
        }
    }

    private async Task SendCodeAsync(SsoDbContext database, OutgoingText text, List<TextDelivery> before)
    {
        var challenge = await database.MessageChallenges.AsNoTracking().SingleOrDefaultAsync(row => row.Id == text.ChallengeId);
        var factor = await database.SecondFactors.AsNoTracking().SingleOrDefaultAsync(row => row.Id == text.FactorId);
        if (challenge is not { UsedAt: null, Tries: < MessageChallenge.MaximumTries } || factor is null)
        {
            await rows.GiveUpAsync(database, text, "NotWanted");
            return;
        }

        await SendAsync(database, text, composer.Compose(text, challenge, factor), before);
    }

    /// <summary>A code was counted when the person asked for it; a notice is counted now, once, and waits if a limit is reached.</summary>
    private async Task SendNoticeAsync(SsoDbContext database, OutgoingText text, ComposedText? composed, List<TextDelivery> before)
    {
        if (composed is not null && before.Count == 0)
        {
            var request = new SendRequest(composed.To, TextPurpose.Notice, text.PersonId!.Value, Address: null);
            var stop = await limits.TryReserveAsync(database, request, clock.GetUtcNow(), CancellationToken.None);
            if (stop is { Wait: null })
            {
                await rows.GiveUpAsync(database, text, "TooDear");
                return;
            }

            if (stop is { Wait: { } wait })
            {
                NoticeWaits(log, text.Id, wait);
                await rows.LaterAsync(database, text, wait);
                return;
            }
        }

        await SendAsync(database, text, composed, before);
    }

    private async Task SendAsync(SsoDbContext database, OutgoingText text, ComposedText? composed, List<TextDelivery> before)
    {
        if (composed is null)
        {
            KeyUnknown(log, text.Id);
            await rows.LaterAsync(database, text);
            return;
        }

        var life = text.ExpiresAt - clock.GetUtcNow();
        using var whole = new CancellationTokenSource(life < WholeSend ? life : WholeSend, clock);
        var own = before.Where(delivery => delivery.TextId == text.Id).ToList();
        var mayHaveLeft = own.Count(MayHaveLeft);
        var (outcome, isFirst, waits) = (mayHaveLeft == 0 ? Nothing : new DeliveryOutcome.Unknown(), own.Count == 0, false);
        var left = Order(composed.To.Country, own, before);
        while (mayHaveLeft < Most && outcome.AllowsAnotherRoute && !whole.IsCancellationRequested && left.TryDequeue(out var route))
        {
            if (await rows.BeginAsync(database, text, composed, route.Name, isAnother: mayHaveLeft > 0) is not { } id)
            {
                break;
            }

            var message = new OutgoingMessage { Id = id, To = composed.To, Text = composed.Text, Life = life };
            var answer = await route.SendAsync(message, twice: isFirst, whole.Token);
            await rows.RecordAsync(database, id, composed, route.Name, answer);
            mayHaveLeft += answer is DeliveryOutcome.Accepted or DeliveryOutcome.Unknown ? 1 : 0;
            waits = answer is DeliveryOutcome.Accepted && route.HasReceipts && mayHaveLeft < Most && left.Count > 0;
            (outcome, isFirst) = (Worse(outcome, answer), false);
        }

        await rows.EndAsync(database, text, outcome, waits);
    }

    private static DeliveryOutcome Nothing => new DeliveryOutcome.ProviderDown(Asked: false);

    /// <summary>One without an outcome belonged to a node that died.</summary>
    private static bool MayHaveLeft(TextDelivery delivery) =>
        delivery.Outcome is null or nameof(DeliveryOutcome.Accepted) or nameof(DeliveryOutcome.Unknown);

    /// <summary>
    /// Each route once for one text; a text that is sent again begins with the route by which this code failed least often to arrive.
    /// </summary>
    private Queue<GuardedRoute> Order(Country country, IReadOnlyList<TextDelivery> own, List<TextDelivery> before) => new(
        routes.For(country)
            .Where(route => own.All(delivery => delivery.Route != route.Name))
            .OrderBy(route => before.Count(delivery => delivery.Route == route.Name && delivery.Receipt != TextReceiptStatus.Delivered)));

    /// <summary>After a silence, even a certain failure of the next route leaves the whole unknown.</summary>
    private static DeliveryOutcome Worse(DeliveryOutcome before, DeliveryOutcome now) =>
        before is DeliveryOutcome.Unknown && now is not DeliveryOutcome.Accepted && now.AllowsAnotherRoute ? before : now;

    [LoggerMessage(EventId = 2133, Level = LogLevel.Warning, Message = "Notice {Id} waits for {Wait}: a limit for texts was reached")]
    private static partial void NoticeWaits(ILogger log, Guid id, TimeSpan wait);

    [LoggerMessage(
        EventId = 2131, Level = LogLevel.Warning,
        Message = "Text {Id} waits: the data key of its code or number is not known on this node")]
    private static partial void KeyUnknown(ILogger log, Guid id);
}
