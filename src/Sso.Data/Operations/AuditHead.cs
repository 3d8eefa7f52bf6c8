using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Operations;

/// <summary>The current beginning and end of the chain of security events, and its key, in one row.</summary>
public sealed class AuditHead
{
    public const int TheOnlyId = 1;

    /// <summary>What the first row follows.</summary>
    internal static byte[] Beginning => new byte[32];

    public int Id { get; init; } = TheOnlyId;

    /// <summary>The last sealed place.</summary>
    public long Sequence { get; set; }

    /// <summary>SHA-256 over the hash of every row up to the last one, deleted ones included.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>The last place that was deleted because its time was over; 0 if none was.</summary>
    public long DeletedThrough { get; set; }

    /// <summary>As <see cref="Hash"/>, up to there: what the first kept row follows.</summary>
    public required byte[] DeletedHash { get; set; }

    /// <summary>Everything from then on is kept; null while nothing was deleted.</summary>
    public DateTimeOffset? KeptFrom { get; set; }

    /// <summary>Addresses up to this place have been examined and erased.</summary>
    public long ErasedThrough { get; set; }

    /// <summary>The key of the chain, sealed under a data key; empty until the first event is sealed.</summary>
    public required byte[] Key { get; set; }

    /// <summary>HMAC-SHA-256 over the above.</summary>
    public required byte[] Mac { get; set; }
}

internal sealed class AuditHeadTable : IEntityTypeConfiguration<AuditHead>
{
    public void Configure(EntityTypeBuilder<AuditHead> builder)
    {
        builder.ToTable("AuditHead");
        builder.Property(head => head.Id).ValueGeneratedNever();
        builder.Property(head => head.Hash).HasMaxLength(32).IsFixedLength();
        builder.Property(head => head.DeletedHash).HasMaxLength(32).IsFixedLength();
        builder.Property(head => head.Key).HasMaxLength(128);
        builder.Property(head => head.Mac).HasMaxLength(32);
        // It exists from the start, so that two nodes that both seal first wait for each other.
        builder.HasData(new AuditHead { Hash = AuditHead.Beginning, DeletedHash = AuditHead.Beginning, Key = [], Mac = [] });
    }
}
