using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Delivery;

/// <summary>
/// One message handed to one route, written before the route is asked: the log of what was sent, and what receipts are matched with. Money
/// is in ten-thousandths of a euro.
/// </summary>
public sealed class TextDelivery
{
    /// <summary>The reference that the provider echoes.</summary>
    public required Guid Id { get; init; }

    public required Guid TextId { get; init; }

    /// <summary>Null for a notice.</summary>
    public Guid? ChallengeId { get; init; }

    public required string Route { get; init; }

    public required string MaskedNumber { get; init; }

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public required string Country { get; init; }

    /// <summary>Country code and the first digits of the number, by which pumping is noticed.</summary>
    public required string Prefix { get; init; }

    public required TextPurpose Purpose { get; init; }

    public required DateTimeOffset SentAt { get; init; }

    /// <summary>The price by the table, counted before sending.</summary>
    public required int Cost { get; init; }

    /// <summary>The outcome class; null while the route is being asked.</summary>
    public string? Outcome { get; set; }

    /// <summary>The provider's own id.</summary>
    public string? ProviderId { get; set; }

    public TextReceiptStatus Receipt { get; set; }

    public DateTimeOffset? ReceiptAt { get; set; }

    /// <summary>The provider's code for what went wrong.</summary>
    public string? ReceiptCode { get; set; }

    /// <summary>What the provider says it costs.</summary>
    public int? Price { get; set; }

    /// <summary>When the code in it was entered.</summary>
    public DateTimeOffset? EnteredAt { get; set; }
}

/// <summary>In order of rank: receipts come late, twice and in any order, and only a higher one counts.</summary>
public enum TextReceiptStatus
{
    None = 0,

    /// <summary>On its way.</summary>
    Pending = 1,

    /// <summary>It will not arrive by this route.</summary>
    Failed = 2,

    /// <summary>The number is at fault, or a screen against fraud: no other route is asked.</summary>
    Refused = 3,

    /// <summary>No proof of possession: carriers claim it without asking the phone.</summary>
    Delivered = 4,
}

internal sealed class TextDeliveryTable : IEntityTypeConfiguration<TextDelivery>
{
    public void Configure(EntityTypeBuilder<TextDelivery> builder)
    {
        builder.ToTable("TextDeliveries");
        builder.Property(delivery => delivery.Route).HasMaxLength(50);
        builder.Property(delivery => delivery.MaskedNumber).HasMaxLength(32);
        builder.Property(delivery => delivery.Country).HasMaxLength(2);
        builder.Property(delivery => delivery.Prefix).HasMaxLength(16);
        builder.Property(delivery => delivery.Outcome).HasMaxLength(50);
        builder.Property(delivery => delivery.ProviderId).HasMaxLength(100);
        builder.Property(delivery => delivery.ReceiptCode).HasMaxLength(20);
        builder.HasIndex(delivery => delivery.ChallengeId);
        builder.HasIndex(delivery => delivery.TextId);
        builder.HasIndex(delivery => delivery.SentAt);
        builder.HasIndex(delivery => new { delivery.Prefix, delivery.Purpose, delivery.SentAt });
    }
}
