using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Delivery;

/// <summary>
/// A text message that awaits dispatch or has left; what each route was given is a <see cref="TextDelivery"/>. It holds no text. A code is
/// derived from its challenge when a route sends it, and the number is read from the factor's row; a notice keeps the number itself,
/// because the factor may be gone.
/// </summary>
public sealed class OutgoingText
{
    /// <summary>A notice that cannot leave for this long, because a limit was reached, is old news.</summary>
    public static readonly TimeSpan NoticeLifetime = TimeSpan.FromHours(24);

    public required Guid Id { get; init; }

    /// <summary>Null for a notice.</summary>
    public Guid? ChallengeId { get; init; }

    /// <summary>Null for a notice.</summary>
    public Guid? FactorId { get; init; }

    /// <summary>The person whom a notice is for; null for a code.</summary>
    public Guid? PersonId { get; init; }

    /// <summary>What a notice says; null for a code.</summary>
    public TextNotice? Notice { get; init; }

    /// <summary>The number of a notice, encrypted with <see cref="ContextOf"/>; null for a code, and once nothing more is sent.</summary>
    public byte[]? Protected { get; set; }

    public required TextPurpose Purpose { get; init; }

    /// <summary>it or en.</summary>
    public required string Language { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The end of the code's life: after it nothing is sent.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    public OutgoingTextStatus Status { get; set; }

    public int Attempts { get; set; }

    public DateTimeOffset NextAttemptAt { get; set; }

    /// <summary>Until then, one node is sending it.</summary>
    public DateTimeOffset? LeasedUntil { get; set; }

    /// <summary>The outcome class of the latest attempt.</summary>
    public string? Outcome { get; set; }

    public static string ContextOf(Guid id) => $"OutgoingTexts.Protected:{id:N}";
}

public enum TextPurpose
{
    SignIn = 0,
    Enrolment = 1,

    /// <summary>Tells what happened, holds no code.</summary>
    Notice = 2,
}

/// <summary>What a person is told by text.</summary>
public enum TextNotice
{
    PasswordChanged = 0,
    EmailChanged = 1,

    /// <summary>Goes to the old number.</summary>
    NumberChanged = 2,

    /// <summary>Goes to the number that was removed.</summary>
    NumberRemoved = 3,
    FactorAdded = 4,
    FactorRemoved = 5,
    TwoFactorDisabled = 6,
    RecoveryCodeUsed = 7,

    /// <summary>Somebody asked to replace the second factors.</summary>
    FactorsLost = 8,
    FactorsReplaced = 9,

    /// <summary>Goes to the number that no longer serves this purpose.</summary>
    NumberNotForSignIn = 10,

    /// <summary>Goes to the number that no longer serves this purpose.</summary>
    NumberNotForNotices = 11,
    DeletionRequested = 12,

    /// <summary>Somebody who works with the console tries whether texts arrive, on their own phone.</summary>
    Test = 13,
}

public enum OutgoingTextStatus
{
    Waiting = 0,
    Sent = 1,
    Failed = 2,

    /// <summary>A route has accepted it. Without a receipt in time it goes by another one.</summary>
    AwaitingReceipt = 3,
}

internal sealed class OutgoingTextTable : IEntityTypeConfiguration<OutgoingText>
{
    public void Configure(EntityTypeBuilder<OutgoingText> builder)
    {
        builder.ToTable("OutgoingTexts");
        builder.Property(text => text.Protected).HasMaxLength(256);
        builder.Property(text => text.Language).HasMaxLength(8);
        builder.Property(text => text.Outcome).HasMaxLength(50);
        builder.HasIndex(text => new { text.Status, text.NextAttemptAt });
        builder.HasIndex(text => text.ExpiresAt);
    }
}
