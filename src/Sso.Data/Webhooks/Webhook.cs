using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Webhooks;

/// <summary>An address that an operator wants told of security events (Standard Webhooks).</summary>
public sealed class Webhook
{
    public required string Id { get; init; }

    public required string Url { get; set; }

    /// <summary>
    /// The types of <see cref="WebhookType"/>, or <see cref="WebhookType.Everything"/>. None means all, readings too: so are those that
    /// were made without types until 2026-12-02, and no other.
    /// </summary>
    public List<string> Events { get; set; } = [];

    /// <summary>Sealed for <see cref="SecretContextOf"/>: the server signs with it.</summary>
    public required byte[] SealedSecret { get; set; }

    /// <summary>The one before, sealed likewise, with which is signed as well while the receiver changes.</summary>
    public byte[]? FormerSealedSecret { get; set; }

    public DateTimeOffset? FormerSecretUntil { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>
    /// Since when nothing was taken: from the first attempt that failed until one that does not. Where nothing was tried for two days, it
    /// begins with the next one that fails.
    /// </summary>
    public DateTimeOffset? FailingSince { get; set; }

    /// <summary>The latest attempt that failed, give or take an hour.</summary>
    public DateTimeOffset? LastFailedAt { get; set; }

    public DateTimeOffset? DisabledAt { get; set; }

    /// <summary>By whom or why, such as "answer 410".</summary>
    public string? DisabledBecause { get; set; }

    /// <summary>The same for both secrets: one takes the place of the other.</summary>
    public static string SecretContextOf(string id) => $"Webhooks.SealedSecret:{id}";
}

internal sealed class WebhookTable : IEntityTypeConfiguration<Webhook>
{
    public void Configure(EntityTypeBuilder<Webhook> builder)
    {
        builder.ToTable("Webhooks");
        builder.Property(webhook => webhook.Id).HasMaxLength(40);
        builder.Property(webhook => webhook.Url).HasMaxLength(2000);
        builder.Property(webhook => webhook.SealedSecret).HasMaxLength(500);
        builder.Property(webhook => webhook.FormerSealedSecret).HasMaxLength(500);
        builder.Property(webhook => webhook.DisabledBecause).HasMaxLength(100);
    }
}
