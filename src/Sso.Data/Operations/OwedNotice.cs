using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Operations;

/// <summary>What an operator did to somebody's account. Stored as a number: append only.</summary>
public enum OwedNoticeKind
{
    PasswordChanged = 0,
    FactorRemoved = 1,
}

/// <summary>
/// The owner is owed a mail about what an operator did at the command line, which has no mail of its own. Written in the transaction of its cause; a server
/// takes it within a minute and the row goes.
/// </summary>
public sealed class OwedNotice(Guid personId, OwedNoticeKind kind, DateTimeOffset at)
{
    public Guid Id { get; private init; } = Guid.CreateVersion7(at);

    public Guid PersonId { get; private init; } = personId;

    public OwedNoticeKind Kind { get; private init; } = kind;

    /// <summary>When it was done, which is what the mail says.</summary>
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
