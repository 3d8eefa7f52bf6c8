using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sso.Data.Operations;

namespace Sso.Data.Webhooks;

/// <summary>
/// One event for one subscription, written in the transaction of the event. The message is made of the event at each attempt, so nothing is
/// kept twice. Refers to the subscription by its id alone: a node that has not heard of its end must not fail in what it records.
/// </summary>
public sealed class WebhookDelivery
{
    /// <summary>How long one that was delivered can be seen.</summary>
    public static readonly TimeSpan DeliveredKept = TimeSpan.FromDays(7);

    /// <summary>How long one that was given up can be replayed.</summary>
    public static readonly TimeSpan FailedKept = TimeSpan.FromDays(30);

    private const string Prefix = "msg_";

    public required Guid Id { get; init; }

    public required string WebhookId { get; init; }

    /// <summary>Null for a test.</summary>
    public Guid? EventId { get; init; }

    /// <summary>That of the event; null for a test.</summary>
    public SecurityEventKind? Kind { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public WebhookDeliveryStatus Status { get; init; }

    public int Attempts { get; init; }

    public DateTimeOffset NextAttemptAt { get; init; }

    /// <summary>Until then, one node is sending it.</summary>
    public DateTimeOffset? LeasedUntil { get; init; }

    /// <summary>What the latest attempt met, such as "answer 503"; nothing that the receiver wrote.</summary>
    public string? LastOutcome { get; init; }

    /// <summary>When it was delivered or given up.</summary>
    public DateTimeOffset? DoneAt { get; init; }

    /// <summary>The <c>webhook-id</c>: the same at each attempt and replay.</summary>
    public string MessageId => Prefix + Id.ToString("N");

    /// <summary>Null if it cannot be one.</summary>
    /// <param name="messageId">As operators and receivers read it.</param>
    public static Guid? IdOf(string messageId) =>
        messageId.StartsWith(Prefix, StringComparison.Ordinal) && Guid.TryParseExact(messageId[Prefix.Length..], "N", out var id)
            ? id
            : null;
}

/// <summary>Stored by number: append only.</summary>
public enum WebhookDeliveryStatus
{
    /// <summary>Not taken yet.</summary>
    Waiting = 0,

    /// <summary>Answered with 2xx.</summary>
    Delivered = 1,

    /// <summary>Given up: kept for a replay.</summary>
    Failed = 2,
}

internal sealed class WebhookDeliveryTable : IEntityTypeConfiguration<WebhookDelivery>
{
    public void Configure(EntityTypeBuilder<WebhookDelivery> builder)
    {
        builder.ToTable("WebhookDeliveries");
        builder.Ignore(delivery => delivery.MessageId);
        builder.Property(delivery => delivery.WebhookId).HasMaxLength(40);
        builder.Property(delivery => delivery.LastOutcome).HasMaxLength(100);
        builder.HasIndex(delivery => new { delivery.WebhookId, delivery.Status, delivery.NextAttemptAt });
        builder.HasIndex(delivery => new { delivery.Status, delivery.DoneAt });
    }
}
