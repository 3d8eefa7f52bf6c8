using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Operations;

namespace Sso.Admin.Nodes;

/// <summary>A server that works on this database.</summary>
/// <param name="Name">Machine and process, as events name it.</param>
/// <param name="IsGone">It has not said for a while that it is there, and did not say that it stops.</param>
public sealed record NodeView(string Id, string Name, string Version, DateTimeOffset StartedAt, DateTimeOffset SeenAt, bool IsGone)
{
    /// <summary>Without what distinguishes two builds of one version.</summary>
    public string ShortVersion => Version.Split('+') is [var number, { Length: > 7 } build] ? $"{number}+{build[..7]}" : Version;

    private string Machine => Name[..Math.Max(Name.LastIndexOf(':'), 0)];

    /// <summary>True for one that was started on the same machine after the last sign of this one.</summary>
    public bool IsReplacedBy(NodeView other) => !other.IsGone && other.Machine == Machine && other.StartedAt >= SeenAt;
}

/// <summary>Every server, those that are there first; one that was killed can be seen for a day.</summary>
public sealed class ListNodes(SsoDbContext database, TimeProvider clock)
{
    public async Task<ImmutableArray<NodeView>> ExecuteAsync(CancellationToken cancellation)
    {
        var silent = clock.GetUtcNow() - Node.Silence;
        var nodes = await database.Nodes.AsNoTracking().ToListAsync(cancellation);
        return
        [
            .. nodes.Select(node => new NodeView(
                    node.Id.ToString("N"), node.Name, node.Version, node.StartedAt, node.SeenAt, IsGone: node.SeenAt < silent))
                .OrderBy(node => node.IsGone).ThenBy(node => node.Name, StringComparer.Ordinal).ThenBy(node => node.StartedAt),
        ];
    }
}
