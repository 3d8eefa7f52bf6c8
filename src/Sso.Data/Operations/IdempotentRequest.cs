using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Operations;

/// <summary>
/// A request of a program that may come again under the same key: what it was, and what it was answered. Stored: hashes, and the answer
/// encrypted under a data key and bound to this row, because it may hold a secret that is shown once.
/// </summary>
public sealed class IdempotentRequest
{
    /// <summary>How long the same key is answered the same.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>A request that has no answer after this broke off: it may come again.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>SHA-256 of the client and its key.</summary>
    public required byte[] Key { get; init; }

    /// <summary>SHA-256 of method, address and body.</summary>
    public required byte[] RequestHash { get; init; }

    /// <summary>Null while it is being answered.</summary>
    public byte[]? Protected { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public string Context => ContextOf(Key);

    public static string ContextOf(byte[] key) => $"IdempotentRequests.Protected:{Convert.ToHexStringLower(key)}";

    public static byte[] KeyOf(string clientId, string key) => SHA256.HashData(Encoding.UTF8.GetBytes($"{clientId}\n{key}"));

    public static byte[] HashOf(string method, string address, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{method} {address}\n"));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }
}

internal sealed class IdempotentRequestTable : IEntityTypeConfiguration<IdempotentRequest>
{
    public void Configure(EntityTypeBuilder<IdempotentRequest> builder)
    {
        builder.ToTable("IdempotentRequests");
        builder.HasKey(request => request.Key);
        builder.Property(request => request.Key).HasMaxLength(32).IsFixedLength();
        builder.Property(request => request.RequestHash).HasMaxLength(32).IsFixedLength();
        builder.Ignore(request => request.Context);
        builder.HasIndex(request => request.ExpiresAt);
    }
}
