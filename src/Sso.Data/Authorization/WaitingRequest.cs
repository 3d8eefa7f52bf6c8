using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sso.Data.Clients;

namespace Sso.Data.Authorization;

/// <summary>
/// A request that its client waits for while a person answers it elsewhere: a device authorization (RFC 8628 §3.2) or a backchannel
/// authentication (CIBA Core §7.3). Stored: the hash of the handle that the client polls with, a keyed hash of the code that people type,
/// what was asked, encrypted under a data key and bound to this row. It is answered once and redeemed once, each by a conditional update.
/// </summary>
public sealed class WaitingRequest
{
    public static readonly TimeSpan UsualInterval = TimeSpan.FromSeconds(5);

    /// <summary>How long it is kept after its end, so that a late poll is told that it came too late.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(30);

    public required Guid Id { get; init; }

    public required WaitingKind Kind { get; init; }

    /// <summary>SHA-256 of the device_code or auth_req_id, of which 256 bits are random.</summary>
    public required byte[] HandleHash { get; init; }

    /// <summary>HMAC under a data key; null for a backchannel authentication, which nobody types.</summary>
    public byte[]? UserCodeHash { get; init; }

    public required string ClientId { get; init; }

    /// <summary>The person who is asked in a backchannel authentication. Null for a device, which anybody may approve.</summary>
    public Guid? PersonId { get; init; }

    public required byte[] Protected { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Between two polls, in seconds.</summary>
    public required int Interval { get; init; }

    /// <summary>How often it was polled in vain; distinguishes two polls at the same moment.</summary>
    public int Polls { get; private set; }

    public DateTimeOffset? PolledAt { get; private set; }

    public DateTimeOffset? ApprovedAt { get; private set; }

    public DateTimeOffset? DeniedAt { get; private set; }

    /// <summary>When the tokens were fetched: from then on it gives nothing.</summary>
    public DateTimeOffset? RedeemedAt { get; private set; }

    /// <summary>The grant that the approval inserted.</summary>
    public Guid? GrantId { get; private set; }

    /// <summary>True: the client is told once it was answered (CIBA Core §10.2).</summary>
    public bool Pings { get; init; }

    /// <summary>When the client is told next; null before the answer and once it was told.</summary>
    public DateTimeOffset? NotifyAt { get; private set; }

    public int NotifyTries { get; private set; }

    public string Context => ContextOf(Id);

    public static string ContextOf(Guid id) => $"WaitingRequests.Protected:{id:N}";

    public static string NewHandle() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static byte[] HashOf(string handle) => SHA256.HashData(Encoding.UTF8.GetBytes(handle));
}

/// <summary>Stored.</summary>
public enum WaitingKind
{
    Device = 0,
    Backchannel = 1,
}

internal sealed class WaitingRequestTable : IEntityTypeConfiguration<WaitingRequest>
{
    public void Configure(EntityTypeBuilder<WaitingRequest> builder)
    {
        builder.ToTable("WaitingRequests");
        builder.Property(waiting => waiting.HandleHash).HasMaxLength(32).IsFixedLength();
        builder.Property(waiting => waiting.UserCodeHash).HasMaxLength(32).IsFixedLength();
        builder.Property(waiting => waiting.ClientId).HasMaxLength(ClientRegistration.LongestId);
        builder.HasIndex(waiting => waiting.HandleHash).IsUnique();
        builder.HasIndex(waiting => waiting.UserCodeHash).IsUnique();
        builder.HasIndex(waiting => waiting.PersonId);
        builder.HasIndex(waiting => waiting.ExpiresAt);
        builder.HasIndex(waiting => waiting.NotifyAt);
        builder.Ignore(waiting => waiting.Context);
    }
}
