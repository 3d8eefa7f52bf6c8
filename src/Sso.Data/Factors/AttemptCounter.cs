using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Factors;

/// <summary>
/// A count of attempts under a hashed name (an account, an address, a number), raised before the attempt is checked, and shared by all
/// nodes.
/// </summary>
public sealed class AttemptCounter
{
    public required byte[] Key { get; init; }

    public int Count { get; set; }

    /// <summary>When the current count began.</summary>
    public DateTimeOffset WindowStart { get; set; }

    /// <summary>Until then, nothing is tried.</summary>
    public DateTimeOffset? BlockedUntil { get; set; }

    /// <summary>When the row may be pruned.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    public static byte[] KeyOf(string kind, string name) => SHA256.HashData(Encoding.UTF8.GetBytes(kind + ":" + name));
}

internal sealed class AttemptCounterTable : IEntityTypeConfiguration<AttemptCounter>
{
    public void Configure(EntityTypeBuilder<AttemptCounter> builder)
    {
        builder.ToTable("AttemptCounters");
        builder.HasKey(counter => counter.Key);
        builder.Property(counter => counter.Key).HasMaxLength(32).IsFixedLength();
        builder.HasIndex(counter => counter.ExpiresAt);
    }
}
