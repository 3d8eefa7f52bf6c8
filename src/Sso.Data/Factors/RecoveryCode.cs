using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sso.Data.People;

namespace Sso.Data.Factors;

/// <summary>
/// One of ten codes for the day when the phone is lost: 120 random bits, stored as SHA-256 (enough at 112 bits or more), good once.
/// </summary>
public sealed class RecoveryCode
{
    /// <summary>SHA-256 of person and code.</summary>
    public required byte[] Hash { get; init; }

    public required Guid PersonId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? UsedAt { get; private set; }
}

internal sealed class RecoveryCodeTable : IEntityTypeConfiguration<RecoveryCode>
{
    public void Configure(EntityTypeBuilder<RecoveryCode> builder)
    {
        builder.ToTable("RecoveryCodes");
        builder.HasKey(code => code.Hash);
        builder.Property(code => code.Hash).HasMaxLength(32).IsFixedLength();
        builder.HasIndex(code => code.PersonId);
    }
}

public static class RecoveryCodeRemoval
{
    /// <summary>None of the person's codes is good any more. To be saved by the caller, with its cause.</summary>
    public static async Task RemoveRecoveryCodesAsync(this SsoDbContext database, Person person, CancellationToken cancellation)
    {
        await database.RecoveryCodes.Where(code => code.PersonId == person.Id).ExecuteDeleteAsync(cancellation);
        person.RecoveryCodesReplaced();
    }
}
