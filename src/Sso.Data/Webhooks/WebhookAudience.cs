using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Operations;

namespace Sso.Data.Webhooks;

/// <summary>
/// Who is told of which events, in memory: where nobody is, an event costs no statement. A server reads it when the version row says that
/// it changed, a command when it records its first event.
/// </summary>
public sealed class WebhookAudience
{
    private Snapshot? _known;

    /// <summary>Every subscription, also those that are disabled: what waits for them has to be given up.</summary>
    public ImmutableArray<string> Ids => _known?.Ids ?? [];

    /// <summary>False before the first reading.</summary>
    internal bool IsKnown => _known is not null;

    public async Task LoadAsync(SsoDbContext database, CancellationToken cancellation) =>
        _known = Snapshot.Of(await database.Webhooks.AsNoTracking().ToListAsync(cancellation));

    /// <summary>For a save that does not wait.</summary>
    internal void Load(SsoDbContext database) => _known = Snapshot.Of([.. database.Webhooks.AsNoTracking()]);

    /// <summary>The subscriptions that want an event of this kind.</summary>
    internal ImmutableArray<string> Of(SecurityEventKind kind) => _known?.ByKind.GetValueOrDefault(kind, []) ?? [];

    private sealed record Snapshot(ImmutableArray<string> Ids, FrozenDictionary<SecurityEventKind, ImmutableArray<string>> ByKind)
    {
        public static Snapshot Of(IReadOnlyCollection<Webhook> webhooks)
        {
            var enabled = webhooks.Where(webhook => webhook.DisabledAt is null).ToList();
            return new(
                [.. webhooks.Select(webhook => webhook.Id)],
                WebhookType.All.ToFrozenDictionary(
                    type => type.Kind,
                    type => enabled.Where(webhook => type.IsIn(webhook.Events))
                        .Select(webhook => webhook.Id).ToImmutableArray()));
        }
    }
}
