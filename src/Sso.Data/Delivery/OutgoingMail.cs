using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Delivery;

/// <summary>
/// A mail that awaits dispatch or has left. Address, subject and body are encrypted under a data key and bound to this row, because a body
/// may hold a link that changes a password; they are erased when the mail has left or is given up.
/// </summary>
public sealed class OutgoingMail
{
    public required Guid Id { get; init; }

    /// <summary>Encrypted with <see cref="ContextOf"/>; empty once the mail is no longer waiting.</summary>
    public required byte[] Protected { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it becomes useless: the end of its link's life.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    public OutgoingMailStatus Status { get; init; }

    public int Attempts { get; init; }

    public DateTimeOffset NextAttemptAt { get; init; }

    /// <summary>Until then, one node is sending it.</summary>
    public DateTimeOffset? LeasedUntil { get; init; }

    public static string ContextOf(Guid id) => $"OutgoingMails.Protected:{id:N}";
}

public enum OutgoingMailStatus
{
    Waiting = 0,
    Sent = 1,
    Failed = 2,

    /// <summary>Written only so that a request for nobody costs as much as one for somebody.</summary>
    Decoy = 3,
}

internal sealed class OutgoingMailTable : IEntityTypeConfiguration<OutgoingMail>
{
    public void Configure(EntityTypeBuilder<OutgoingMail> builder)
    {
        builder.ToTable("OutgoingMails");
        builder.Property(mail => mail.Protected).HasMaxLength(16_000);
        builder.HasIndex(mail => new { mail.Status, mail.NextAttemptAt });
        builder.HasIndex(mail => mail.ExpiresAt);
    }
}
