using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.People;

/// <summary>
/// A person wants their account deleted. Until <see cref="DueAt"/> it works as before and they can change their mind; the person is the
/// key.
/// </summary>
public sealed class AccountDeletion
{
    public required Guid PersonId { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    public required DateTimeOffset DueAt { get; init; }

    /// <summary>it or en: for the last mail, which leaves when nobody is signed in.</summary>
    public required string Language { get; init; }
}

internal sealed class AccountDeletionTable : IEntityTypeConfiguration<AccountDeletion>
{
    public void Configure(EntityTypeBuilder<AccountDeletion> builder)
    {
        builder.ToTable("AccountDeletions");
        builder.HasKey(deletion => deletion.PersonId);
        builder.HasIndex(deletion => deletion.DueAt);
        builder.Property(deletion => deletion.Language).HasMaxLength(8);
    }
}

public static class AccountDeletions
{
    /// <summary>True for the one caller that called it off. To be called inside the transaction of its cause.</summary>
    public static async Task<bool> CallOffDeletionAsync(this SsoDbContext database, Guid personId, CancellationToken cancellation)
    {
        var calledOff = await database.AccountDeletions.Where(row => row.PersonId == personId).ExecuteDeleteAsync(cancellation) == 1;
        if (calledOff)
        {
            await database.MailedLinks.Where(link => link.PersonId == personId && link.Purpose == MailedLinkPurpose.KeepAccount)
                .ExecuteDeleteAsync(cancellation);
        }

        return calledOff;
    }

    /// <summary>True for the one node that may delete the account now. To be called inside the transaction that deletes it.</summary>
    public static async Task<bool> TakeDueAsync(
        this SsoDbContext database, Guid personId, DateTimeOffset now, CancellationToken cancellation) =>
        await database.AccountDeletions.Where(row => row.PersonId == personId && row.DueAt <= now).ExecuteDeleteAsync(cancellation) == 1;
}
