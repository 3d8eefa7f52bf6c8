using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sso.Data.Administrators;
using Sso.Data.People;

namespace Sso.Data.Factors;

/// <summary>
/// Somebody who has lost every second factor asked to replace them, knowing the password, or asked support, whose administrator began it.
/// Until <see cref="ReadyAt"/> nothing changes; any proof of a factor in the meantime ends it. The person is the key, so there is one at a
/// time; one that has ended is no longer a row and lives on in the events.
/// </summary>
public sealed class FactorRecovery
{
    /// <summary>How long after the wait it may be used.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(3);

    public required Guid PersonId { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>The end of the wait.</summary>
    public required DateTimeOffset ReadyAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>it or en: the language of the page on which it was asked for, for the mail that leaves when nobody is signed in.</summary>
    public required string Language { get; init; }

    /// <summary>When we mailed the link unasked; null while the wait lasts.</summary>
    public DateTimeOffset? ReadyToldAt { get; private set; }

    /// <summary>
    /// The flow that the mailed link opened, in the browser that opened it; only there, and only with the password, may a new factor be
    /// enrolled.
    /// </summary>
    public Guid? OpenedFlowId { get; private set; }
}

internal sealed class FactorRecoveryTable : IEntityTypeConfiguration<FactorRecovery>
{
    public void Configure(EntityTypeBuilder<FactorRecovery> builder)
    {
        builder.ToTable("FactorRecoveries");
        builder.HasKey(recovery => recovery.PersonId);
        builder.Property(recovery => recovery.Language).HasMaxLength(8);
        builder.HasIndex(recovery => recovery.ReadyAt);
        builder.HasIndex(recovery => recovery.ExpiresAt);
    }
}

/// <summary>The steps of a recovery, each in one conditional statement: of two nodes one wins.</summary>
public static class FactorRecoveries
{
    /// <summary>
    /// True for the one caller that ended it; its links are then worthless. To be called inside the transaction of its cause.
    /// </summary>
    /// <param name="openedIn">Only if the link opened this flow; null: whatever its state.</param>
    public static async Task<bool> EndRecoveryAsync(
        this SsoDbContext database, Guid personId, Guid? openedIn, DateTimeOffset now, CancellationToken cancellation)
    {
        var ended = await database.FactorRecoveries
            .Where(row => row.PersonId == personId
            && (openedIn == null || (row.OpenedFlowId == openedIn && row.ReadyAt <= now && row.ExpiresAt > now)))
            .ExecuteDeleteAsync(cancellation) == 1;
        if (ended)
        {
            await database.MailedLinks
                .Where(link => link.PersonId == personId
                && (link.Purpose == MailedLinkPurpose.StopRecovery || link.Purpose == MailedLinkPurpose.OpenRecovery))
                .ExecuteDeleteAsync(cancellation);
            await database.DropProposalAsync(ProposedAct.FactorReset, personId, cancellation);
        }

        return ended;
    }

    /// <summary>The link was used in this flow: false before the end of the wait and after the window.</summary>
    public static async Task<bool> OpenRecoveryAsync(
        this SsoDbContext database, Guid personId, Guid flowId, DateTimeOffset now, CancellationToken cancellation) =>
        await database.FactorRecoveries.Where(row => row.PersonId == personId && row.ReadyAt <= now && row.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.OpenedFlowId, flowId), cancellation) == 1;

    /// <summary>True if one waits, which until the end of the transaction nobody else ends.</summary>
    public static async Task<bool> HoldWaitAsync(
        this SsoDbContext database, Guid personId, DateTimeOffset now, CancellationToken cancellation) =>
        await database.FactorRecoveries.Where(row => row.PersonId == personId && row.ReadyAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.ReadyAt, row => row.ReadyAt), cancellation) == 1;

    /// <summary>The wait is over before its time; whoever ended it tells the person. False if it was over, or there is none.</summary>
    public static async Task<bool> EndWaitAsync(
        this SsoDbContext database, Guid personId, DateTimeOffset now, CancellationToken cancellation) =>
        await database.FactorRecoveries.Where(row => row.PersonId == personId && row.ReadyAt > now)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.ReadyAt, now).SetProperty(row => row.ExpiresAt, now + FactorRecovery.Window)
                    .SetProperty(row => row.ReadyToldAt, now),
                cancellation) == 1;

    /// <summary>True for the one node that tells the person that the wait is over.</summary>
    public static async Task<bool> TakeReadyAsync(
        this SsoDbContext database, Guid personId, DateTimeOffset now, CancellationToken cancellation) =>
        await database.FactorRecoveries.Where(row => row.PersonId == personId && row.ReadyToldAt == null && row.ReadyAt <= now)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.ReadyToldAt, now), cancellation) == 1;
}
