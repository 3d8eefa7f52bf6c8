using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Sessions;

/// <summary>
/// A browser that its owner asked to remember after a second factor: for 30 days it is spared the challenge if a client allows it. The
/// cookie's secret (128 random bits) is stored only as its hash and replaced at each use; an old one that comes back was copied.
/// </summary>
public sealed class TrustedDevice
{
    /// <summary>Counted from the proof of the second factor; use does not prolong it.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    /// <summary>A second tab may still send the secret that the first has just replaced.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>The oldest goes when another comes.</summary>
    public const int MostPerPerson = 10;

    public required Guid Id { get; init; }

    public required Guid PersonId { get; init; }

    /// <summary>SHA-256 of the cookie's secret.</summary>
    public required byte[] SecretHash { get; set; }

    /// <summary>SHA-256 of the previous secret, good for <see cref="Grace"/> after <see cref="ReplacedAt"/>.</summary>
    public byte[]? FormerSecretHash { get; set; }

    public DateTimeOffset? ReplacedAt { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public required DateTimeOffset LastUsedAt { get; set; }

    public string? Address { get; set; }

    public string? UserAgent { get; init; }

    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}

internal sealed class TrustedDeviceTable : IEntityTypeConfiguration<TrustedDevice>
{
    public void Configure(EntityTypeBuilder<TrustedDevice> builder)
    {
        builder.ToTable("TrustedDevices");
        builder.HasIndex(device => device.PersonId);
        builder.HasIndex(device => device.ExpiresAt);
        builder.Property(device => device.SecretHash).HasMaxLength(32).IsFixedLength();
        builder.Property(device => device.FormerSecretHash).HasMaxLength(32).IsFixedLength();
        builder.Property(device => device.Address).HasMaxLength(64);
        builder.Property(device => device.UserAgent).HasMaxLength(256);
    }
}
