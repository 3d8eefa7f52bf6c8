using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Operations;

/// <summary>A security event, inserted in the transaction that it describes. Never holds a secret, a code or a full phone number.</summary>
public sealed class SecurityEvent
{
    public required Guid Id { get; init; }

    public required DateTimeOffset At { get; init; }

    public required SecurityEventKind Kind { get; init; }

    public Guid? PersonId { get; init; }

    public Guid? SessionId { get; init; }

    public string? ClientId { get; init; }

    public string? Address { get; init; }

    /// <summary>A short code for the method or the reason, e.g. <c>TextMessage</c> or <c>wrong password</c>.</summary>
    public string? Detail { get; init; }
}

public enum SecurityEventKind
{
    SignedIn,
    PasswordFailed,
    SecondFactorProved,
    SecondFactorFailed,
    SecondFactorEnrolled,
    RecoveryCodesCreated,
    RecoveryCodeUsed,
    SignedOut,
    RefreshTokenReused,
    CodeReused,
    ClientChanged,
    PersonChanged,
    KeysRotated,
    ConsentGiven,
    PasswordResetRequested,
    PasswordChanged,

    /// <summary>The owner answered a notice with "it wasn't me".</summary>
    AccountSecured,
    SecondFactorRemoved,
    TwoFactorDisabled,

    /// <summary>Ended by its owner from another browser.</summary>
    SessionEnded,

    /// <summary>The owner took an application's access away.</summary>
    AppRevoked,
}

internal sealed class SecurityEventTable : IEntityTypeConfiguration<SecurityEvent>
{
    public void Configure(EntityTypeBuilder<SecurityEvent> builder)
    {
        builder.ToTable("SecurityEvents");
        builder.Property(item => item.ClientId).HasMaxLength(100);
        builder.Property(item => item.Address).HasMaxLength(64);
        builder.Property(item => item.Detail).HasMaxLength(200);
        builder.HasIndex(item => new { item.PersonId, item.At });
    }
}
