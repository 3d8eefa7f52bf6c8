using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Operations;

/// <summary>
/// A server that works on this database, as it says itself every few seconds. One that stops takes its row away; that of one that was
/// killed stays until housekeeping finds it old.
/// </summary>
public sealed class Node
{
    /// <summary>How often a node says that it is there.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>After so long without a word it is taken for gone.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(40);

    /// <summary>How long one that is gone can be seen: who looks for it the next morning finds its name.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    /// <summary>Of one start of the program: in a container the name of the next one is the same.</summary>
    public required Guid Id { get; init; }

    /// <summary>As events name it: machine and process.</summary>
    public required string Name { get; init; }

    public required string Version { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset SeenAt { get; init; }
}

/// <summary>
/// A route for texts that a node stays away from, because it failed there. While everything goes well there is no row.
/// </summary>
public sealed class PausedRoute
{
    public required Guid NodeId { get; init; }

    public required string Route { get; init; }

    public required DateTimeOffset Since { get; init; }

    /// <summary>Then one text tries it.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>The outcome class of what failed last.</summary>
    public required string Cause { get; init; }

    /// <summary>An operator wants it used again; the node does so when it reads this.</summary>
    public DateTimeOffset? ResumeAskedAt { get; init; }
}

internal sealed class NodeTable : IEntityTypeConfiguration<Node>
{
    public void Configure(EntityTypeBuilder<Node> builder)
    {
        builder.ToTable("Nodes");
        builder.Property(node => node.Name).HasMaxLength(100);
        builder.Property(node => node.Version).HasMaxLength(100);
    }
}

internal sealed class PausedRouteTable : IEntityTypeConfiguration<PausedRoute>
{
    public void Configure(EntityTypeBuilder<PausedRoute> builder)
    {
        builder.ToTable("PausedRoutes");
        builder.HasKey(paused => new { paused.NodeId, paused.Route });
        builder.HasOne<Node>().WithMany().HasForeignKey(paused => paused.NodeId).OnDelete(DeleteBehavior.Cascade);
        builder.Property(paused => paused.Route).HasMaxLength(50);
        builder.Property(paused => paused.Cause).HasMaxLength(50);
    }
}
