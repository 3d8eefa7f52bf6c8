using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sso.Data.Clients;

namespace Sso.Data.Authorization;

/// <summary>
/// An authorization request that its client pushed (RFC 9126 §2), under the hash of the handle that names it. Stored: its parameters
/// without credentials, encrypted under a data key and bound to this row. A browser may begin with it for 60 seconds; it is kept for the
/// flow that has begun.
/// </summary>
public sealed class PushedRequest
{
    /// <summary>RFC 9126 §2.2: the life of a request_uri.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    public required byte[] Hash { get; init; }

    public required string ClientId { get; init; }

    public required byte[] Protected { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the row may be pruned.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was answered: from then on no flow begins with it.</summary>
    public DateTimeOffset? UsedAt { get; private set; }

    public string Context => ContextOf(Hash);

    public static string ContextOf(byte[] hash) => $"PushedRequests.Protected:{Convert.ToHexStringLower(hash)}";

    public static string NewHandle() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static byte[] HashOf(string handle) => SHA256.HashData(Encoding.UTF8.GetBytes(handle));
}

internal sealed class PushedRequestTable : IEntityTypeConfiguration<PushedRequest>
{
    public void Configure(EntityTypeBuilder<PushedRequest> builder)
    {
        builder.ToTable("PushedRequests");
        builder.HasKey(pushed => pushed.Hash);
        builder.Property(pushed => pushed.Hash).HasMaxLength(32).IsFixedLength();
        builder.Property(pushed => pushed.ClientId).HasMaxLength(ClientRegistration.LongestId);
        builder.HasIndex(pushed => pushed.ExpiresAt);
        builder.Ignore(pushed => pushed.Context);
    }
}
