using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Logout;
using Sso.Extensions.FrontchannelLogout;
using Sso.Server.Clients;
using Sso.Accounts.Sessions;
using Sso.Accounts.Visits;

namespace Sso.Server.Logout;

/// <summary>What the page after a sign-out shows and loads.</summary>
/// <param name="Frames">Front-channel addresses with iss and sid (Front-Channel Logout §3).</param>
/// <param name="Told">What became of the notices from server to server.</param>
/// <param name="Untold">The applications that were used in that session and have no address at which they could be told of its end.</param>
/// <param name="Target">The registered address to which the browser goes on; null if it stays.</param>
internal sealed record SignedOutView(
    IReadOnlyList<string> Frames, IReadOnlyList<LogoutNoticeView> Told, IReadOnlyList<string> Untold, string? Target);

/// <summary>What became of one notice, as its person reads it.</summary>
internal sealed record LogoutNoticeView(string App, LogoutNoticeStatus Status, DateTimeOffset At);

/// <summary>Ends this browser's session. Nobody waits for an application that is told from server to server.</summary>
internal sealed class BrowserSignOut(
    SsoDbContext database, SessionEnding sessions, ClientDirectory clients, LogoutReturnSealer returns, LogoutFrames frames)
{
    private const int Longest = 100;

    /// <summary>Says where the browser goes: to our page if there is something to load or to say, otherwise straight back.</summary>
    public async Task<string> EndAsync(Visit visit, string? target, CancellationToken cancellation)
    {
        if (await sessions.SignOutAsync(visit, cancellation) is not { } sessionId)
        {
            return target ?? "/signedout";
        }

        return target is not null
            && (!clients.HasFrames
                || !(await UsedAsync(sessionId, cancellation)).Exists(client => client.FrontchannelLogoutUri is not null))
            ? target
            : "/signedout?over=" + returns.SealOver(sessionId, target);
    }

    /// <summary>Null if the handle was not sealed here, or too long ago.</summary>
    public async Task<SignedOutView?> ViewAsync(string? over, CancellationToken cancellation)
    {
        if (returns.OpenOver(over) is not var (sessionId, target))
        {
            return null;
        }

        var used = await UsedAsync(sessionId, cancellation);
        return new(
            [.. used.Select(client => frames.AddressOf(client, client.SidOf(sessionId))).OfType<string>()],
            await ListAsync(database.LogoutNotices.Where(notice => notice.SessionId == sessionId), cancellation),
            [
                .. used
                    .Where(client =>
                        client.FrontchannelLogoutUri is null && client.BackchannelLogoutUri is null && !AsksFor(client, target))
                    .Select(client => client.Name),
            ],
            target);
    }

    /// <summary>The notices about a person's sessions, newest first.</summary>
    public Task<List<LogoutNoticeView>> ListOfAsync(Guid personId, CancellationToken cancellation) =>
        ListAsync(database.LogoutNotices.Where(notice => notice.PersonId == personId), cancellation);

    private Task<List<LogoutNoticeView>> ListAsync(IQueryable<LogoutNotice> notices, CancellationToken cancellation) => (
        from notice in notices.AsNoTracking()
        join client in database.Clients.AsNoTracking() on notice.ClientId equals client.Id
        orderby notice.CreatedAt descending, client.Name
        select new LogoutNoticeView(client.Name, notice.Status, notice.DoneAt ?? notice.CreatedAt)).Take(Longest).ToListAsync(cancellation);

    /// <summary>The applications that got something from this session.</summary>
    private async Task<List<Client>> UsedAsync(Guid sessionId, CancellationToken cancellation)
    {
        var ids = await database.Grants.AsNoTracking().Where(grant => grant.SessionId == sessionId)
            .Select(grant => grant.ClientId).Distinct().ToListAsync(cancellation);
        return [.. ids.Order(StringComparer.Ordinal).Select(clients.Find).OfType<Client>()];
    }

    /// <summary>It asked for this sign-out itself, and the browser goes back to one of its addresses, at most with a state.</summary>
    private static bool AsksFor(Client client, string? target) => target is not null
        && client.PostLogoutRedirectUris.Any(uri =>
            target == uri
            || target.StartsWith(uri + "?state=", StringComparison.Ordinal)
            || target.StartsWith(uri + "&state=", StringComparison.Ordinal));
}
