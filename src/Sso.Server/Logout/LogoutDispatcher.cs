using System.Net;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Logout;
using Sso.Extensions.BackchannelLogout;
using Sso.Server.Clients;
using Sso.Server.Operations;
using Sso.Server.Outgoing;

namespace Sso.Server.Logout;

/// <summary>
/// Tells applications that a session is over (Back-Channel Logout §2.5): the rows of this node and of others that have stopped, a few at
/// once, those never tried first, so that a dead application holds up nobody. Looks every two seconds, and at once when a session was ended
/// on this node.
/// </summary>
internal sealed partial class LogoutDispatcher(
    IDbContextFactory<SsoDbContext> contexts, ClientDirectory clients, LogoutTokens tokens, OutgoingHttp http, LogoutBell bell,
    TimeProvider clock, ILogger<LogoutDispatcher> log)
    : DueWork<LogoutNotice>(contexts, clock, Interval, bell)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private const int AtOnce = 8;

    /// <summary>Longer than an attempt, by more than the clocks of two nodes may differ.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private static readonly int[] SecondsToWait = [10, 30, 60, 120, 300, 300, 900, 1800, 3600];

    protected override void Report(Exception exception) => CannotLook(log, exception);

    protected override async Task<List<LogoutNotice>> ClaimAsync(SsoDbContext database, CancellationToken cancellation)
    {
        var now = Clock.GetUtcNow();
        var due = await database.LogoutNotices.AsNoTracking()
            .Where(row => row.Status == LogoutNoticeStatus.Waiting && row.NextAttemptAt <= now
                && (row.LeasedUntil == null || row.LeasedUntil < now))
            .OrderBy(row => row.Attempts).ThenBy(row => row.NextAttemptAt).Take(AtOnce).ToListAsync(cancellation);
        var claimed = new List<LogoutNotice>(due.Count);
        foreach (var notice in due)
        {
            var until = now + Lease;
            if (await Waiting(database, notice, notice.Attempts).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.LeasedUntil, until).SetProperty(row => row.Attempts, notice.Attempts + 1),
                cancellation) == 1)
            {
                claimed.Add(notice);
            }
        }

        return claimed;
    }

    /// <summary>Not cancelled: what an application was told is written down.</summary>
    protected override async Task SendAsync(LogoutNotice notice, CancellationToken cancellation)
    {
        var outcome = clients.Find(notice.ClientId) is { BackchannelLogoutUri: { } address } client
            ? await AttemptAsync(client, address, notice)
            : new Attempt(IsOver: true, "no longer registered");
        var now = Clock.GetUtcNow();
        var next = now.AddSeconds(SecondsToWait[Math.Min(notice.Attempts, SecondsToWait.Length - 1)]);
        var isTold = outcome is { IsOver: true, Outcome: null };
        var status = isTold ? LogoutNoticeStatus.Told
            : outcome.IsOver || next >= notice.GivenUpAt ? LogoutNoticeStatus.GivenUp
            : LogoutNoticeStatus.Waiting;
        var done = status == LogoutNoticeStatus.Waiting ? (DateTimeOffset?)null : now;
        await using var database = await Contexts.CreateDbContextAsync(CancellationToken.None);
        await Waiting(database, notice, notice.Attempts + 1).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.Status, status)
                .SetProperty(row => row.NextAttemptAt, next)
                .SetProperty(row => row.LeasedUntil, (DateTimeOffset?)null)
                .SetProperty(row => row.LastOutcome, outcome.Outcome)
                .SetProperty(row => row.DoneAt, done),
            CancellationToken.None);
        if (status == LogoutNoticeStatus.GivenUp)
        {
            GivenUp(log, notice.ClientId, notice.Attempts + 1, outcome.Outcome);
        }
    }

    /// <summary>Whatever its registration holds fails for that application alone, which is retried and given up.</summary>
    private async Task<Attempt> AttemptAsync(Client client, string address, LogoutNotice notice)
    {
        try
        {
            return await TellAsync(client, address, notice);
        }
        catch (Exception exception)
        {
            CannotTell(log, exception, client.Id);
            return new(IsOver: false, "cannot be told");
        }
    }

    /// <summary>Back-Channel Logout §2.8: 200, or 204 from some frameworks, is done; 400 refuses, and would again.</summary>
    private async Task<Attempt> TellAsync(Client client, string address, LogoutNotice notice)
    {
        if ((await tokens.MakeAsync(client, client.SubjectOf(notice.PersonId), client.SidOf(notice.SessionId), CancellationToken.None))
            .Failed(out _, out var token))
        {
            return new(IsOver: false, "no key to encrypt to");
        }

        using var form = new FormUrlEncodedContent([KeyValuePair.Create("logout_token", token)]);
        return (await http.PostAsync(address, form, bearer: null, client.RegisteredBy, CancellationToken.None))?.Status switch
        {
            HttpStatusCode.OK or HttpStatusCode.NoContent => new(IsOver: true, null),
            HttpStatusCode.BadRequest => new(IsOver: true, "answer 400"),
            { } other => new(IsOver: false, $"answer {(int)other}"),
            null => new(IsOver: false, "no answer"),
        };
    }

    private static IQueryable<LogoutNotice> Waiting(SsoDbContext database, LogoutNotice notice, int attempts) =>
        database.LogoutNotices.Where(row =>
            row.SessionId == notice.SessionId && row.ClientId == notice.ClientId
            && row.Status == LogoutNoticeStatus.Waiting && row.Attempts == attempts);

    private sealed record Attempt(bool IsOver, string? Outcome);

    [LoggerMessage(EventId = 1601, Level = LogLevel.Error, Message = "Waiting logout notices cannot be read")]
    private static partial void CannotLook(ILogger log, Exception exception);

    [LoggerMessage(
        EventId = 1602, Level = LogLevel.Warning,
        Message = "{Client} could not be told of a sign-out at attempt {Attempt}: {Outcome}. See: sso logout log")]
    private static partial void GivenUp(ILogger log, string client, int attempt, string? outcome);

    [LoggerMessage(EventId = 1603, Level = LogLevel.Error, Message = "A logout token for {Client} cannot be made or sent")]
    private static partial void CannotTell(ILogger log, Exception exception, string client);
}
