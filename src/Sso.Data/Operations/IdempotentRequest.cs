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

    /// <summary>
    /// A request that did nothing within this broke off and may come again; one that was done and has no answer by then has lost it.
    /// </summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>SHA-256 of the client and its key.</summary>
    public required byte[] Key { get; init; }

    /// <summary>SHA-256 of method, address, body and what else decides what is done.</summary>
    public required byte[] RequestHash { get; init; }

    /// <summary>
    /// Which attempt holds the key: one that lost it to a later attempt can neither do anything nor keep its answer. Null from a node of an
    /// older version.
    /// </summary>
    public Guid? Owner { get; init; }

    /// <summary>When it was done, written in the transaction that did it; null while nothing is done.</summary>
    public DateTimeOffset? DoneAt { get; init; }

    /// <summary>The answer; null until it is kept.</summary>
    public byte[]? Protected { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public string Context => ContextOf(Key);

    public static string ContextOf(byte[] key) => $"IdempotentRequests.Protected:{Convert.ToHexStringLower(key)}";

    public static byte[] KeyOf(string clientId, string key) => SHA256.HashData(Encoding.UTF8.GetBytes($"{clientId}\n{key}"));

    /// <param name="method">Of the request.</param>
    /// <param name="address">Path and query.</param>
    /// <param name="type">As what the body is read.</param>
    /// <param name="seen">Of which version it is meant (If-Match).</param>
    /// <param name="body">As it came.</param>
    public static byte[] HashOf(string method, string address, string? type, string? seen, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // No header has a line break: each begins where it seems to.
        hash.AppendData(Encoding.UTF8.GetBytes($"{method} {address}\n{type}\n{seen}\n"));
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
        builder.Property(request => request.Owner).IsConcurrencyToken();
        builder.Ignore(request => request.Context);
        builder.HasIndex(request => request.ExpiresAt);
    }
}
