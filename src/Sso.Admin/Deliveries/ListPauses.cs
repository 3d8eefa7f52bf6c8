using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Operations;
using Sso.Delivery.Spending;

namespace Sso.Admin.Deliveries;

/// <summary>A route that a node stays away from.</summary>
/// <param name="Until">Then one text tries it.</param>
/// <param name="Cause">The outcome class of what failed last.</param>
/// <param name="IsResumeAsked">An operator wants it used again, and the node has not heard of it yet.</param>
public sealed record PausedRouteView(
    string Route, string Node, DateTimeOffset Since, DateTimeOffset Until, string Cause, bool IsResumeAsked);

/// <summary>Numbers to which no codes leave, because hardly any of them was entered.</summary>
/// <param name="Country">By its ISO code; null if it is none that we know.</param>
public sealed record ClosedPrefixView(TextPurpose Purpose, string Prefix, string? Country, DateTimeOffset Until);

public sealed record PausesView(ImmutableArray<PausedRouteView> Routes, ImmutableArray<ClosedPrefixView> Prefixes);

/// <summary>
/// What keeps texts from leaving by itself: routes that failed, on every node that is there, and prefixes that look like pumping.
/// </summary>
public sealed class ListPauses(SsoDbContext database, TimeProvider clock)
{
    public async Task<PausesView> ExecuteAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var silent = now - Node.Silence;
        var routes = await (from paused in database.PausedRoutes.AsNoTracking()
                            join node in database.Nodes on paused.NodeId equals node.Id
                            where node.SeenAt >= silent
                            orderby paused.Route, node.Name
                            select new PausedRouteView(
                                paused.Route, node.Name, paused.Since, paused.Until, paused.Cause, paused.ResumeAskedAt != null))
            .ToListAsync(cancellation);
        var prefixes = await ConversionBreaker.ClosedAsync(database, now, cancellation);
        return new(
            [.. routes],
            [.. prefixes.Select(closed => new ClosedPrefixView(closed.Purpose, closed.Prefix, closed.Country, closed.Until))]);
    }
}
