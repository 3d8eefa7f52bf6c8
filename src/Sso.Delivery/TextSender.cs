using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Secrets;
using Sso.Delivery.Routes;

namespace Sso.Delivery;

/// <summary>
/// Sends one waiting text: claims its row so that no other node does, derives the code, reads the number, and asks the routes in order (messaging.md 7).
/// A row whose route is set and whose lease ran out belonged to a node that died in the middle: that route may have taken it and is not asked again.
/// </summary>
public sealed partial class TextSender(
    IDbContextFactory<SsoDbContext> contexts, Sealer sealer, TextTemplates templates, MessageRoutes routes, TimeProvider clock, ILogger<TextSender> log)
{
    public static readonly TimeSpan WholeSend = TimeSpan.FromSeconds(9);

    /// <summary>Longer than a whole send by more than two nodes' clocks may differ.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    /// <summary>A key made by another node a moment ago is not known here yet.</summary>
    private static readonly TimeSpan WaitForKey = TimeSpan.FromSeconds(3);

    public async Task SendAsync(Guid id)
    {
        await using var database = await contexts.CreateDbContextAsync(CancellationToken.None);
        if (await ClaimAsync(database, id) is not { } text)
        {
            return;
        }

        var challenge = await database.TextChallenges.AsNoTracking().SingleOrDefaultAsync(row => row.Id == text.ChallengeId);
        var factor = await database.SecondFactors.AsNoTracking().SingleOrDefaultAsync(row => row.Id == text.FactorId);
        switch (challenge, factor)
        {
            case var _ when text.ExpiresAt <= clock.GetUtcNow():
                await EndAsync(database, text, OutgoingTextStatus.Failed, "Expired");
                break;
            case (null or { UsedAt: not null } or { Tries: >= TextChallenge.MaximumTries }, _) or (_, null):
                await EndAsync(database, text, OutgoingTextStatus.Failed, "NotWanted");
                break;
            case ({ } living, { } phone):
                await SendAsync(database, text, living, phone);
                break;
        }
    }

    private async Task<OutgoingText?> ClaimAsync(SsoDbContext database, Guid id)
    {
        var now = clock.GetUtcNow();
        if (await database.OutgoingTexts.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id) is not { Status: OutgoingTextStatus.Waiting } text)
        {
            return null;
        }

        var (attempts, until) = (text.Attempts, now + Lease);
        var claimed = await database.OutgoingTexts
            .Where(row => row.Id == id && row.Status == OutgoingTextStatus.Waiting && row.Attempts == attempts
                && row.NextAttemptAt <= now && (row.LeasedUntil == null || row.LeasedUntil < now))
            .ExecuteUpdateAsync(set => set
                .SetProperty(row => row.LeasedUntil, until)
                .SetProperty(row => row.Attempts, attempts + 1));
        text.Attempts = attempts + 1;
        return claimed == 1 ? text : null;
    }

    private async Task SendAsync(SsoDbContext database, OutgoingText text, TextChallenge challenge, SecondFactor factor)
    {
        if (TextCode.Derive(sealer, challenge) is not { } code || NumberOf(factor) is not { } number)
        {
            KeyUnknown(log, text.Id);
            await LaterAsync(database, text);
            return;
        }

        var now = clock.GetUtcNow();
        var life = text.ExpiresAt - now;
        var message = new OutgoingMessage { Id = text.Id, To = number, Text = templates.Write(text.Purpose, text.Language, code), Life = life };
        using var whole = new CancellationTokenSource(life < WholeSend ? life : WholeSend, clock);
        // Nothing but a silence can be behind a route that is set already.
        DeliveryOutcome outcome = text.Route is null ? new DeliveryOutcome.ProviderDown(Asked: false) : new DeliveryOutcome.Unknown();
        foreach (var route in routes.After(text.Route))
        {
            if (whole.IsCancellationRequested || !await BeginAsync(database, text, route.Name))
            {
                break;
            }

            outcome = Worse(outcome, await route.SendAsync(message, routes.IsFirst(route), whole.Token));
            if (!outcome.AllowsAnotherRoute)
            {
                break;
            }
        }

        await EndAsync(database, text, outcome);
    }

    private PhoneNumber? NumberOf(SecondFactor factor)
    {
        try
        {
            return PhoneNumber.FromStored(sealer.UnprotectText(factor.Context, factor.Protected));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>After a silence a certain failure of the next route leaves the whole unknown.</summary>
    private static DeliveryOutcome Worse(DeliveryOutcome before, DeliveryOutcome now) =>
        before is DeliveryOutcome.Unknown && now is not DeliveryOutcome.Accepted && now.AllowsAnotherRoute ? before : now;

    /// <summary>Written before the route is asked. False when another node has the row by now.</summary>
    private static async Task<bool> BeginAsync(SsoDbContext database, OutgoingText text, string route)
    {
        text.Route = route;
        return await Mine(database, text).ExecuteUpdateAsync(set => set.SetProperty(row => row.Route, route)) == 1;
    }

    private async Task EndAsync(SsoDbContext database, OutgoingText text, DeliveryOutcome outcome)
    {
        var accepted = outcome as DeliveryOutcome.Accepted;
        var status = accepted is null ? OutgoingTextStatus.Failed : OutgoingTextStatus.Sent;
        text.ProviderId = accepted?.Id;
        await EndAsync(database, text, status, outcome.Name);
    }

    private async Task EndAsync(SsoDbContext database, OutgoingText text, OutgoingTextStatus status, string outcome)
    {
        await Mine(database, text).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.Status, status)
            .SetProperty(row => row.Outcome, outcome)
            .SetProperty(row => row.ProviderId, text.ProviderId)
            .SetProperty(row => row.LeasedUntil, (DateTimeOffset?)null));
        if (status == OutgoingTextStatus.Failed)
        {
            NotSent(log, text.Id, outcome);
        }
    }

    private async Task LaterAsync(SsoDbContext database, OutgoingText text)
    {
        var next = clock.GetUtcNow() + WaitForKey;
        await Mine(database, text).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.NextAttemptAt, next)
            .SetProperty(row => row.LeasedUntil, (DateTimeOffset?)null));
    }

    /// <summary>The row as claimed here: each claim raises the attempts.</summary>
    private static IQueryable<OutgoingText> Mine(SsoDbContext database, OutgoingText text) =>
        database.OutgoingTexts.Where(row => row.Id == text.Id && row.Attempts == text.Attempts && row.Status == OutgoingTextStatus.Waiting);

    [LoggerMessage(EventId = 2131, Level = LogLevel.Warning, Message = "Text {Id} waits: the data key of its code or number is not known on this node")]
    private static partial void KeyUnknown(ILogger log, Guid id);

    [LoggerMessage(EventId = 2132, Level = LogLevel.Warning, Message = "Text {Id} was not sent: {Outcome}")]
    private static partial void NotSent(ILogger log, Guid id, string outcome);
}
