using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Delivery;

/// <summary>The spend guard stopped texts, or is about to: reported once for each limit, subject and hour.</summary>
public sealed class DeliveryAlert
{
    /// <summary>SHA-256 of limit, subject and hour.</summary>
    public required byte[] Key { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Limit { get; init; }

    /// <summary>A prefix, an address, an account or a masked number; empty for the whole server.</summary>
    public required string Subject { get; init; }
}

internal sealed class DeliveryAlertTable : IEntityTypeConfiguration<DeliveryAlert>
{
    public void Configure(EntityTypeBuilder<DeliveryAlert> builder)
    {
        builder.ToTable("DeliveryAlerts");
        builder.HasKey(alert => alert.Key);
        builder.Property(alert => alert.Key).HasMaxLength(32).IsFixedLength();
        builder.Property(alert => alert.Limit).HasMaxLength(50);
        builder.Property(alert => alert.Subject).HasMaxLength(64);
        builder.HasIndex(alert => alert.At);
    }
}
