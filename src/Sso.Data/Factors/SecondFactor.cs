using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sso.Protocol.Authorization;

namespace Sso.Data.Factors;

/// <summary>
/// An authenticator app or a phone number, pending until a code proved it. Stored: the seed or the number encrypted under a data key and bound to this row.
/// </summary>
public sealed class SecondFactor
{
    /// <summary>A pending enrolment dies after 15 minutes; one replaces another of its kind.</summary>
    public static readonly TimeSpan PendingLifetime = TimeSpan.FromMinutes(15);

    public required Guid Id { get; init; }

    public required Guid PersonId { get; init; }

    public required ProofMethod Method { get; init; }

    /// <summary>The RFC 6238 seed, or the number in E.164, encrypted with <see cref="Context"/>.</summary>
    public required byte[] Protected { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ActivatedAt { get; private set; }

    public DateTimeOffset? LastUsedAt { get; private set; }

    /// <summary>The latest time step that was accepted: each is taken once (RFC 6238 §5.2).</summary>
    public long LastStep { get; private set; }

    /// <summary>Wrong codes since the last right one; at 50 the factor is shut (NIST SP 800-63B §3.2.2).</summary>
    public int ConsecutiveFailures { get; private set; }

    public string Context => ContextOf(Id);

    public static string ContextOf(Guid id) => $"SecondFactors.Protected:{id:N}";

    public void Activate(DateTimeOffset at) => (ActivatedAt, LastUsedAt) = (at, at);
}

internal sealed class SecondFactorTable : IEntityTypeConfiguration<SecondFactor>
{
    public void Configure(EntityTypeBuilder<SecondFactor> builder)
    {
        builder.ToTable("SecondFactors");
        builder.HasIndex(factor => factor.PersonId);
        builder.Property(factor => factor.Protected).HasMaxLength(256);
        builder.Ignore(factor => factor.Context);
    }
}
