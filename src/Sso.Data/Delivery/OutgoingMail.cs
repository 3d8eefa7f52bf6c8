using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Delivery;

/// <summary>
/// A mail that awaits dispatch or has left. Address, subject and body are encrypted under a data key and bound to this row, because a body
/// may hold a link that changes a password; they are erased when the mail has left or is given up. What operators find it by is beside.
/// </summary>
public sealed class OutgoingMail
{
    public required Guid Id { get; init; }

    /// <summary>Encrypted with <see cref="ContextOf"/>; empty once the mail is no longer waiting.</summary>
    public required byte[] Protected { get; set; }

    /// <summary>Which mail it is, as the texts of the mails name it, such as <c>Reset</c>; null in rows of an earlier version.</summary>
    public string? Kind { get; init; }

    /// <summary>The address as operators read it, who must find a mail that did not come; null in rows of an earlier version.</summary>
    public string? MaskedAddress { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it becomes useless: the end of its link's life.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    public OutgoingMailStatus Status { get; init; }

    public int Attempts { get; init; }

    public DateTimeOffset NextAttemptAt { get; init; }

    /// <summary>Until then, one node is sending it.</summary>
    public DateTimeOffset? LeasedUntil { get; init; }

    /// <summary>What the latest attempt met; null before the first.</summary>
    public MailTrouble? Trouble { get; init; }

    /// <summary>When it left or was given up.</summary>
    public DateTimeOffset? DoneAt { get; init; }

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

/// <summary>Why a mail has not left. Stored by number: append only.</summary>
public enum MailTrouble
{
    /// <summary>It left.</summary>
    None = 0,

    /// <summary>The relay could not be reached, or did not take it now: it is tried again.</summary>
    RelayNotReady = 1,

    /// <summary>The relay says that there is no such address.</summary>
    AddressRefused = 2,

    /// <summary>Its time was over before a relay took it.</summary>
    TooLate = 3,

    /// <summary>The key of what is encrypted is not known on this node yet.</summary>
    KeyUnknown = 4,
}

internal sealed class OutgoingMailTable : IEntityTypeConfiguration<OutgoingMail>
{
    public void Configure(EntityTypeBuilder<OutgoingMail> builder)
    {
        builder.ToTable("OutgoingMails");
        builder.Property(mail => mail.Protected).HasMaxLength(16_000);
        builder.Property(mail => mail.Kind).HasMaxLength(50);
        builder.Property(mail => mail.MaskedAddress).HasMaxLength(300);
        builder.HasIndex(mail => new { mail.Status, mail.NextAttemptAt });
        builder.HasIndex(mail => mail.ExpiresAt);
    }
}
