using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Keys;

/// <summary>
/// A key that signs tokens. Announced in the key set 14 days before it signs, signs for 90 days, published for 14 days more. The private
/// part is encrypted under a data key and bound to this row.
/// </summary>
public sealed class SigningKeyRow
{
    /// <summary>The kid (RFC 7517 §4.5).</summary>
    public required string Id { get; init; }

    public required string Algorithm { get; init; }

    /// <summary>The public JWK as JSON.</summary>
    public required string PublicKey { get; init; }

    /// <summary>PKCS#8, encrypted with <see cref="ContextOf"/>.</summary>
    public required byte[] ProtectedPrivateKey { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From then on it signs.</summary>
    public required DateTimeOffset ActiveFrom { get; set; }

    /// <summary>From then on it no longer signs.</summary>
    public required DateTimeOffset ActiveUntil { get; set; }

    /// <summary>From then on it is no longer published.</summary>
    public required DateTimeOffset PublishedUntil { get; set; }

    /// <summary>Makes it sign from another time on, for as long as any key.</summary>
    public void SignFrom(DateTimeOffset activeFrom)
    {
        ActiveFrom = activeFrom;
        (ActiveUntil, PublishedUntil) = KeySchedule.TimesFor(activeFrom);
    }

    public static string ContextOf(string id) => $"SigningKeys.ProtectedPrivateKey:{id}";
}

internal sealed class SigningKeyTable : IEntityTypeConfiguration<SigningKeyRow>
{
    public void Configure(EntityTypeBuilder<SigningKeyRow> builder)
    {
        builder.ToTable("SigningKeys");
        builder.Property(key => key.Id).HasMaxLength(64);
        builder.Property(key => key.Algorithm).HasMaxLength(16);
        builder.Property(key => key.PublicKey).HasMaxLength(2000);
        builder.Property(key => key.ProtectedPrivateKey).HasMaxLength(4000);
        builder.HasIndex(key => key.PublishedUntil);
    }
}
