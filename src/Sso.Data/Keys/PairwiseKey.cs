using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sso.Data.Secrets;

namespace Sso.Data.Keys;

/// <summary>
/// The key of pairwise subjects (OIDC Core §8.1), sealed under a data key. It is made once and never renewed: with another key, every
/// person would be somebody else to every application.
/// </summary>
public sealed class PairwiseKey
{
    public const int TheOnlyId = 1;

    private const string Context = "PairwiseKeys.Protected";

    public int Id { get; init; } = TheOnlyId;

    /// <summary>32 random bytes, encrypted.</summary>
    public required byte[] Protected { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Opens the key, or makes it for the first client that has pairwise subjects.</summary>
    /// <exception cref="CryptographicException">It was sealed under a data key that is not known here.</exception>
    public static async Task<byte[]> OpenAsync(SsoDbContext database, Sealer sealer, DateTimeOffset now, CancellationToken cancellation)
    {
        var row = await database.PairwiseKeys.AsNoTracking().SingleOrDefaultAsync(cancellation);
        if (row is null)
        {
            // Of two nodes at once one wins, and both read what it wrote.
            await database.TryInsertAsync(
                new PairwiseKey { Protected = sealer.Protect(Context, RandomNumberGenerator.GetBytes(32)), CreatedAt = now }, cancellation);
            row = await database.PairwiseKeys.AsNoTracking().SingleAsync(cancellation);
        }

        return sealer.Unprotect(Context, row.Protected) ?? throw new CryptographicException("The key of pairwise subjects does not open.");
    }
}

internal sealed class PairwiseKeyTable : IEntityTypeConfiguration<PairwiseKey>
{
    public void Configure(EntityTypeBuilder<PairwiseKey> builder)
    {
        builder.ToTable("PairwiseKeys");
        builder.Property(key => key.Id).ValueGeneratedNever();
        builder.Property(key => key.Protected).HasMaxLength(128);
    }
}
