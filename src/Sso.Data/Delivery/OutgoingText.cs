using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Delivery;

/// <summary>
/// A text message waiting for, or past, its dispatch; what each route was given is a <see cref="TextDelivery"/>. It holds no text: the code is derived from
/// the challenge when a route sends it, and the number is read from the factor's row.
/// </summary>
public sealed class OutgoingText
{
    public required Guid Id { get; init; }

    public required Guid ChallengeId { get; init; }

    public required Guid FactorId { get; init; }

    public required TextPurpose Purpose { get; init; }

    /// <summary>it or en.</summary>
    public required string Language { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The code's end of life: after it nothing is sent.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    public OutgoingTextStatus Status { get; set; }

    public int Attempts { get; set; }

    public DateTimeOffset NextAttemptAt { get; set; }

    /// <summary>Until then one node is sending it.</summary>
    public DateTimeOffset? LeasedUntil { get; set; }

    /// <summary>The outcome class of the latest attempt.</summary>
    public string? Outcome { get; set; }
}

public enum TextPurpose
{
    SignIn,
    Enrolment,
}

public enum OutgoingTextStatus
{
    Waiting,
    Sent,
    Failed,

    /// <summary>A route has taken it. Without a receipt in time it goes by another one.</summary>
    AwaitingReceipt,
}

internal sealed class OutgoingTextTable : IEntityTypeConfiguration<OutgoingText>
{
    public void Configure(EntityTypeBuilder<OutgoingText> builder)
    {
        builder.ToTable("OutgoingTexts");
        builder.Property(text => text.Language).HasMaxLength(8);
        builder.Property(text => text.Outcome).HasMaxLength(50);
        builder.HasIndex(text => new { text.Status, text.NextAttemptAt });
        builder.HasIndex(text => text.ExpiresAt);
    }
}
