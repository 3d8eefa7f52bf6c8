using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Clients;

/// <summary>
/// An initial access token (RFC 7591 §3): with it applications may register themselves, a limited number of times and for a limited time.
/// Stored as its hash.
/// </summary>
public sealed class RegistrationToken
{
    public const string Prefix = "ssort_";

    /// <summary>What an operator calls it.</summary>
    public required string Id { get; init; }

    /// <summary>SHA-256 of the token.</summary>
    public required byte[] Hash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>How many registrations it allows.</summary>
    public required int MostUses { get; init; }

    public int Uses { get; init; }

    /// <summary>256 random bits behind a prefix: shown once, never stored.</summary>
    public static string New() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}

internal sealed class RegistrationTokenTable : IEntityTypeConfiguration<RegistrationToken>
{
    public void Configure(EntityTypeBuilder<RegistrationToken> builder)
    {
        builder.ToTable("RegistrationTokens");
        builder.Property(token => token.Id).HasMaxLength(100);
        builder.Property(token => token.Hash).HasMaxLength(32).IsFixedLength();
        builder.HasIndex(token => token.Hash).IsUnique();
        builder.HasIndex(token => token.ExpiresAt);
    }
}
