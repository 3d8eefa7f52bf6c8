using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Operations;
using Sso.Delivery.Spending;
using Sso.Protocol;

namespace Sso.Admin.Deliveries;

/// <summary>An operator says that texts may leave again, before the server would try it by itself.</summary>
public sealed class EndPause(SsoDbContext database, TimeProvider clock)
{
    /// <summary>On all nodes that stay away from it: each uses it again within two seconds, and judges it anew.</summary>
    public Task<Result<PauseEnded, Refusal>> OfRouteAsync(string route, CancellationToken cancellation) =>
        database.AllOrNothingAsync<PauseEnded>(async () =>
        {
            var now = clock.GetUtcNow();
            var silent = now - Node.Silence;
            // One that was killed hears nothing any more.
            var nodes = await database.PausedRoutes
                .Where(paused => paused.Route == route
                    && database.Nodes.Any(node => node.Id == paused.NodeId && node.SeenAt >= silent))
                .ExecuteUpdateAsync(set => set.SetProperty(paused => paused.ResumeAskedAt, now), cancellation);
            if (nodes == 0)
            {
                return Refusal.NotFound("route", $"No node stays away from a route '{route}'.", "See: sso delivery pauses");
            }

            database.SecurityEvents.Add(SecurityEvent.DeliveryChanged(now, $"route {route} resumed"));
            return new PauseEnded(nodes);
        }, cancellation);

    /// <summary>What was sent before is not judged again.</summary>
    public Task<Result<PauseEnded, Refusal>> OfPrefixAsync(TextPurpose purpose, string prefix, CancellationToken cancellation) =>
        database.AllOrNothingAsync<PauseEnded>(async () =>
        {
            var now = clock.GetUtcNow();
            if (!await ConversionBreaker.OpenAsync(database, purpose, prefix, now, cancellation))
            {
                return Refusal.NotFound("prefix", $"'{prefix}' is not closed.", "See: sso delivery pauses");
            }

            database.SecurityEvents.Add(SecurityEvent.DeliveryChanged(now, $"prefix {purpose}/{prefix} opened"));
            return new PauseEnded(1);
        }, cancellation);
}

/// <param name="Count">So many nodes, or prefixes.</param>
public sealed record PauseEnded(int Count);
