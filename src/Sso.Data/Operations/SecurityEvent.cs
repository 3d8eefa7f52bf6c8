using System.Security.Cryptography;
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

    /// <summary>Its place in the chain, from 1; null until <see cref="AuditChain"/> has sealed it.</summary>
    public long? Sequence { get; private set; }

    /// <summary>SHA-256 over the place, the hash of the row before and everything above.</summary>
    public byte[]? Hash { get; private set; }

    internal void Seal(long sequence, byte[] previousHash) => (Sequence, Hash) = (sequence, HashAt(sequence, previousHash));

    /// <summary>What the hash of this row has to be at this place.</summary>
    public byte[] HashAt(long sequence, byte[] previousHash)
    {
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content);
        writer.Write(previousHash);
        writer.Write(sequence);
        writer.Write(Id.ToByteArray(bigEndian: true));
        writer.Write(At.UtcTicks);
        writer.Write((int)Kind);
        foreach (var text in (string?[])[PersonId?.ToString("N"), SessionId?.ToString("N"), ClientId, Address, Detail])
        {
            // A text that is absent and an empty one are two things.
            writer.Write(text is not null);
            writer.Write(text ?? "");
        }

        return SHA256.HashData(content.ToArray());
    }
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

    /// <summary>A sign-in with a passkey that was not right; whose it was is not known.</summary>
    PasskeyFailed,

    /// <summary>The owner asked to remember a browser.</summary>
    DeviceTrusted,
    DeviceForgotten,

    /// <summary>The replaced secret of a trusted device came back: one of the two browsers has a copy.</summary>
    DeviceCopied,
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
        builder.Property(item => item.Hash).HasMaxLength(32).IsFixedLength();
        builder.HasIndex(item => item.Sequence).IsUnique();
    }
}
