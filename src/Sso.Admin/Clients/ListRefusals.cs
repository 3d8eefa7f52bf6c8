using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Operations;

namespace Sso.Admin.Clients;

/// <summary>
/// What applications were refused lately, and why, which they themselves are not told. Events have no index by time, so what is recent is a
/// range of keys.
/// </summary>
public sealed class ListRefusals(SsoDbContext database, TimeProvider clock)
{
    public const int Most = 500;

    private static readonly SecurityEventKind[] Kinds =
        [
            SecurityEventKind.ClientRefused, SecurityEventKind.GrantRefused, SecurityEventKind.CodeReused,
            SecurityEventKind.RefreshTokenReused, SecurityEventKind.RedirectUriRefused, SecurityEventKind.RequestRefused,
        ];

    /// <summary>The newest first.</summary>
    /// <param name="clientId">Null means all.</param>
    /// <param name="back">How far back.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<ImmutableArray<RefusalView>> ExecuteAsync(string? clientId, TimeSpan back, CancellationToken cancellation)
    {
        var events = await Since(back).Where(item => clientId == null || item.ClientId == clientId)
            .OrderByDescending(item => item.Id).Take(Most).ToListAsync(cancellation);
        return
        [
            .. events.Select(item => new RefusalView(
                item.At, item.ClientId, item.Kind, item.Detail, item.Reason, item.Address, item.RequestId)),
        ];
    }

    /// <summary>Counted by the database, however many there are; the most refused first.</summary>
    /// <param name="only">The ids of applications; null means all, and requests that named none.</param>
    /// <param name="back">How far back.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<ImmutableArray<RefusalCount>> CountAsync(
        IReadOnlyCollection<string>? only, TimeSpan back, CancellationToken cancellation)
    {
        var own = only?.ToList();
        var some = own is null ? Since(back) : Since(back).Where(item => item.ClientId != null && own.Contains(item.ClientId));
        var counts = await some.GroupBy(item => new { item.ClientId, item.Kind })
            .Select(group => new { group.Key.ClientId, group.Key.Kind, Count = group.Count(), Latest = group.Max(item => item.At) })
            .ToListAsync(cancellation);
        return
        [
            .. from count in counts
               group count by count.ClientId into ofOne
               let latest = ofOne.MaxBy(count => count.Latest)!
               let sum = ofOne.Sum(count => count.Count)
               orderby sum descending, ofOne.Key
               select new RefusalCount(ofOne.Key, sum, latest.Kind, latest.Latest),
        ];
    }

    private IQueryable<SecurityEvent> Since(TimeSpan back)
    {
        var first = SecurityEvent.FirstIdAt(clock.GetUtcNow() - back);
        return database.SecurityEvents.AsNoTracking().Where(item => item.Id.CompareTo(first) >= 0 && Kinds.Contains(item.Kind));
    }
}

/// <summary>
/// One refusal. For a redirection URI, <paramref name="Detail"/> is what was sent and <paramref name="Reason"/> what is registered.
/// </summary>
/// <param name="RequestId">The code that the page of an error showed, if the refusal ended on one; the log has it too.</param>
public sealed record RefusalView(
    DateTimeOffset At, string? ClientId, SecurityEventKind Kind, string? Detail, string? Reason, string? Address,
    string? RequestId);

/// <summary>How often one application was refused.</summary>
/// <param name="ClientId">Null for requests that named no registered application.</param>
/// <param name="Latest">What the newest was.</param>
public sealed record RefusalCount(string? ClientId, int Count, SecurityEventKind Latest, DateTimeOffset At);
