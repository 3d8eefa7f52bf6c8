using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Operations;

/// <summary>What an operator did to somebody's account. Stored as a number: append only.</summary>
public enum OwedNoticeKind
{
    PasswordChanged = 0,
    FactorRemoved = 1,
    Unlocked = 2,
    SignedOut = 3,
}

/// <summary>
/// The owner is owed a mail about what an operator did: the command line sends no mail itself, and the console does as it does. Written in
/// the transaction of its cause; within a minute a server sends the mail and deletes the row.
/// </summary>
public sealed class OwedNotice(Guid personId, OwedNoticeKind kind, DateTimeOffset at)
{
    public Guid Id { get; private init; } = Guid.CreateVersion7(at);

    public Guid PersonId { get; private init; } = personId;

    public OwedNoticeKind Kind { get; private init; } = kind;

    /// <summary>When it was done, which the mail says.</summary>
    public DateTimeOffset At { get; private init; } = at;
}

internal sealed class OwedNoticeTable : IEntityTypeConfiguration<OwedNotice>
{
    public void Configure(EntityTypeBuilder<OwedNotice> builder)
    {
        builder.ToTable("OwedNotices");
        builder.HasIndex(notice => notice.PersonId);
    }
}
