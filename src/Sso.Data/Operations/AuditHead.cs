using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Operations;

/// <summary>Where the chain of security events ends now, in one row: without it the last events could be cut off unseen.</summary>
public sealed class AuditHead
{
    public const int TheOnlyId = 1;

    public int Id { get; init; } = TheOnlyId;

    public long Sequence { get; set; }

    public required byte[] Hash { get; set; }

    /// <summary>The data key of <see cref="Mac"/>.</summary>
    public Guid KeyId { get; set; }

    /// <summary>HMAC-SHA-256 over sequence and hash: whoever can write rows has no key to write this one.</summary>
    public required byte[] Mac { get; set; }
}

internal sealed class AuditHeadTable : IEntityTypeConfiguration<AuditHead>
{
    public void Configure(EntityTypeBuilder<AuditHead> builder)
    {
        builder.ToTable("AuditHead");
        builder.Property(head => head.Id).ValueGeneratedNever();
        builder.Property(head => head.Hash).HasMaxLength(32).IsFixedLength();
        builder.Property(head => head.Mac).HasMaxLength(32).IsFixedLength();
    }
}
