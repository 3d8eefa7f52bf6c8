using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Sso.Protocol.Authorization;

namespace Sso.Data.Sessions;

/// <summary>
/// A browser in which a person proved something. Idle life 60 minutes, absolute life 12 hours. The cookie's secret is stored only as its
/// hash and is renewed whenever more is proved; the id (from which the sid claim is made) stays.
/// </summary>
public sealed class Session
{
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(60);

    /// <summary>Proofs beyond this many are old news.</summary>
    private const int LongestHistory = 12;

    /// <summary>In bytes, of <see cref="Secret"/>.</summary>
    public const int SecretLength = 16;

    /// <summary>Public: the sid claim, except where subjects are pairwise.</summary>
    public required Guid Id { get; init; }

    /// <summary>
    /// 128 random bits that only this row and the codes sealed from it know; a forged code does not have them, and replacing them voids the
    /// earlier codes.
    /// </summary>
    public required byte[] Secret { get; init; }

    /// <summary>SHA-256 of the cookie.</summary>
    public required byte[] HandleHash { get; set; }

    public required Guid PersonId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset LastSeenAt { get; set; }

    public required DateTimeOffset ExpiresAt { get; set; }

    public ImmutableArray<Proof> Proofs { get; private set; } = [];

    public bool EnrolmentPostponed { get; private set; }

    /// <summary>When this session first satisfied a request: the moment that counts as an access.</summary>
    public DateTimeOffset? SignedInAt { get; private set; }

    /// <summary>The access before this one, for the line "last access".</summary>
    public DateTimeOffset? PreviousAccessAt { get; private set; }

    public string? PreviousAccessAddress { get; private set; }

    public string? Address { get; init; }

    public string? UserAgent { get; init; }

    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>When it was last used for the console, which is closed to it after a shorter while.</summary>
    public DateTimeOffset? ConsoleSeenAt { get; private set; }

    public void Prove(IEnumerable<Proof> proofs) => Proofs = [.. Proofs.Concat(proofs).TakeLast(LongestHistory)];

    /// <summary>After five wrong codes, nothing that was proved counts any more: the sign-in restarts at the password.</summary>
    public void ForgetProofs() => Proofs = [];

    public void PostponeEnrolment() => EnrolmentPostponed = true;

    public void SignedIn(DateTimeOffset at, DateTimeOffset? previousAt, string? previousAddress) =>
        (SignedInAt, PreviousAccessAt, PreviousAccessAddress) = (at, previousAt, previousAddress);

    public static byte[] HashOf(string cookie) => SHA256.HashData(Encoding.UTF8.GetBytes(cookie));
}

internal sealed class SessionTable : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> builder)
    {
        builder.ToTable("Sessions");
        builder.Property(session => session.Secret).HasMaxLength(Session.SecretLength).IsFixedLength();
        builder.Property(session => session.HandleHash).HasMaxLength(32).IsFixedLength();
        builder.HasIndex(session => session.HandleHash).IsUnique();
        builder.HasIndex(session => session.PersonId);
        builder.HasIndex(session => session.ExpiresAt);
        builder.Property(session => session.Address).HasMaxLength(64);
        builder.Property(session => session.PreviousAccessAddress).HasMaxLength(64);
        builder.Property(session => session.UserAgent).HasMaxLength(256);
        builder.Property(session => session.Proofs).HasMaxLength(2000).HasConversion(new ProofsConverter(), new ProofsComparer());
    }

    /// <summary>An array is replaced and never changed in place.</summary>
    private sealed class ProofsComparer() : ValueComparer<ImmutableArray<Proof>>(
        (one, other) => one.SequenceEqual(other), proofs => proofs.Length, proofs => proofs);

    private sealed class ProofsConverter() : ValueConverter<ImmutableArray<Proof>, string>(
        proofs => JsonSerializer.Serialize(proofs, JsonSerializerOptions.Default),
        text => JsonSerializer.Deserialize<ImmutableArray<Proof>>(text, JsonSerializerOptions.Default));
}
