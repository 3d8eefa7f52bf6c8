using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Delivery.Routes;

namespace Sso.Delivery;

/// <summary>
/// Sends one due text by the routes in order (messaging.md 7). One that a route has taken is due again when no receipt says that it arrived, and then goes
/// once more, by another route, with the same code. What may have left is never more than two messages.
/// </summary>
public sealed partial class TextSender(
    IDbContextFactory<SsoDbContext> contexts, TextRows rows, TextComposer composer, MessageRoutes routes, TimeProvider clock, ILogger<TextSender> log)
{
    public static readonly TimeSpan WholeSend = TimeSpan.FromSeconds(9);

    /// <summary>Messages of one text that a provider may have taken (security.md F12).</summary>
    private const int Most = 2;

    public async Task SendAsync(Guid id)
    {
        await using var database = await contexts.CreateDbContextAsync(CancellationToken.None);
        if (await rows.ClaimAsync(database, id) is not { } text)
        {
            return;
        }

        var challenge = await database.TextChallenges.AsNoTracking().SingleOrDefaultAsync(row => row.Id == text.ChallengeId);
        var factor = await database.SecondFactors.AsNoTracking().SingleOrDefaultAsync(row => row.Id == text.FactorId);
        var before = await database.TextDeliveries.AsNoTracking().Where(row => row.ChallengeId == text.ChallengeId).ToListAsync();
        switch (challenge, factor)
        {
            case var _ when text.ExpiresAt <= clock.GetUtcNow():
                await rows.GiveUpAsync(database, text, "Expired");
                break;
            case (null or { UsedAt: not null } or { Tries: >= TextChallenge.MaximumTries }, _) or (_, null):
                await rows.GiveUpAsync(database, text, "NotWanted");
                break;
            case var _ when before.Any(delivery => delivery.TextId == text.Id && delivery.Receipt >= TextReceiptStatus.Refused):
                await rows.GiveUpAsync(database, text, "Settled");
                break;
            case ({ } living, { } phone):
                await SendAsync(database, text, composer.Compose(text, living, phone), before);
                break;
        }
    }

    private async Task SendAsync(SsoDbContext database, OutgoingText text, ComposedText? composed, IReadOnlyList<TextDelivery> before)
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

    /// <summary>One without an outcome was in the hands of a node that died.</summary>
    private static bool MayHaveLeft(TextDelivery delivery) => delivery.Outcome is null or nameof(DeliveryOutcome.Accepted) or nameof(DeliveryOutcome.Unknown);

    /// <summary>Each route once for one text; a text that is sent again begins with the route by which this code failed least often to arrive.</summary>
    private Queue<GuardedRoute> Order(Country country, IReadOnlyList<TextDelivery> own, IReadOnlyList<TextDelivery> before) => new(routes.For(country)
        .Where(route => own.All(delivery => delivery.Route != route.Name))
        .OrderBy(route => before.Count(delivery => delivery.Route == route.Name && delivery.Receipt != TextReceiptStatus.Delivered)));

    /// <summary>After a silence a certain failure of the next route leaves the whole unknown.</summary>
    private static DeliveryOutcome Worse(DeliveryOutcome before, DeliveryOutcome now) =>
        before is DeliveryOutcome.Unknown && now is not DeliveryOutcome.Accepted && now.AllowsAnotherRoute ? before : now;

    [LoggerMessage(EventId = 2131, Level = LogLevel.Warning, Message = "Text {Id} waits: the data key of its code or number is not known on this node")]
    private static partial void KeyUnknown(ILogger log, Guid id);
}
