using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Administrators;

/// <summary>
/// An act on somebody's account, or on an application, that waits for the word of a second administrator. One for each act and what it is
/// about at a time; what became of it is in the events.
/// </summary>
public sealed class Proposal
{
    /// <summary>Whoever agrees knows it from the same day, or from somebody who was there.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    public required ProposedAct Act { get; init; }

    /// <summary>Whose account it is about; empty where it is about none.</summary>
    public required Guid PersonId { get; init; }

    /// <summary>Which application it is about; empty where it is about none.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>The administrator who may not be the second one.</summary>
    public required Guid ProposerId { get; init; }

    public required DateTimeOffset ProposedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>How the proposer knows that it is the person who asks.</summary>
    public required IdentityChecks Checks { get; init; }

    /// <summary>Where more about it is written down, such as the number of a ticket.</summary>
    public required string Reference { get; init; }

    /// <summary>What would become of what, as JSON; null where the act itself says that.</summary>
    public string? Change { get; init; }

    /// <summary>Which one it is: whoever agrees names what they read, so that they agree to no later one that took its place.</summary>
    public string Mark => FormattableString.Invariant($"{ProposerId:N}-{ProposedAt.UtcTicks}");
}

/// <summary>Stored by number: append only.</summary>
public enum ProposedAct
{
    /// <summary>Lost second factors may be replaced without the wait.</summary>
    FactorReset = 0,

    /// <summary>An application asks less of people at a sign-in.</summary>
    LooserPolicy = 1,
}

/// <summary>
/// Steps by which a human can know who somebody is. Facts that a customer knows are none of them (NIST SP 800-63A: knowledge is no proof
/// of identity). Stored by number: append only.
/// </summary>
[Flags]
public enum IdentityChecks
{
    None = 0,

    /// <summary>An identity document, seen with the face.</summary>
    Document = 1,

    /// <summary>Called back on a number that was known before.</summary>
    CalledBack = 2,

    /// <summary>Known to a colleague who met them.</summary>
    MetInPerson = 4,
}

internal sealed class ProposalTable : IEntityTypeConfiguration<Proposal>
{
    public void Configure(EntityTypeBuilder<Proposal> builder)
    {
        builder.ToTable("Proposals");
        builder.HasKey(proposal => new { proposal.Act, proposal.PersonId, proposal.ClientId });
        builder.Property(proposal => proposal.ClientId).HasMaxLength(Clients.ClientRegistration.LongestId);
        builder.Property(proposal => proposal.Reference).HasMaxLength(100);
        builder.Property(proposal => proposal.Change).HasMaxLength(1000);
        builder.HasIndex(proposal => proposal.ProposerId);
        builder.HasIndex(proposal => proposal.ExpiresAt);
    }
}

/// <summary>The steps of a proposal, each in one conditional statement: of two nodes one wins.</summary>
public static class Proposals
{
    /// <summary>Those that a second administrator can still agree to.</summary>
    public static IQueryable<Proposal> OpenProposals(this SsoDbContext database, DateTimeOffset now) =>
        database.Proposals.AsNoTracking().Where(row => row.ExpiresAt > now);

    /// <summary>
    /// True for the one caller that used up this one, and is not its proposer. To be called inside the transaction of the act.
    /// </summary>
    public static async Task<bool> TakeProposalAsync(
        this SsoDbContext database, Proposal seen, Guid second, DateTimeOffset now, CancellationToken cancellation)
    {
        var (act, personId, clientId, proposerId, proposedAt) = (
            seen.Act, seen.PersonId, seen.ClientId, seen.ProposerId, seen.ProposedAt);
        return await database.Proposals
            .Where(row => row.Act == act && row.PersonId == personId && row.ClientId == clientId && row.ProposerId == proposerId
                && row.ProposedAt == proposedAt && row.ProposerId != second && row.ExpiresAt > now)
            .ExecuteDeleteAsync(cancellation) == 1;
    }

    /// <summary>It leads nowhere any more, or its time is over.</summary>
    public static Task DropProposalAsync(
        this SsoDbContext database, ProposedAct act, Guid personId, CancellationToken cancellation) =>
        database.Proposals.Where(row => row.Act == act && row.PersonId == personId).ExecuteDeleteAsync(cancellation);

    /// <summary>The same of whatever is proposed about an application.</summary>
    public static Task DropProposalsAboutAsync(this SsoDbContext database, string clientId, CancellationToken cancellation) =>
        database.Proposals.Where(row => row.ClientId == clientId).ExecuteDeleteAsync(cancellation);

    /// <summary>True for the one caller that ended this one, without its act.</summary>
    public static async Task<bool> EndProposalAsync(this SsoDbContext database, Proposal seen, CancellationToken cancellation)
    {
        var (act, personId, clientId, proposerId, proposedAt) = (
            seen.Act, seen.PersonId, seen.ClientId, seen.ProposerId, seen.ProposedAt);
        return await database.Proposals
            .Where(row => row.Act == act && row.PersonId == personId && row.ClientId == clientId && row.ProposerId == proposerId
                && row.ProposedAt == proposedAt)
            .ExecuteDeleteAsync(cancellation) == 1;
    }

    /// <summary>
    /// Whatever this administrator proposed is off: their word does not count any more, or somebody else may have given it.
    /// </summary>
    public static Task DropProposalsOfAsync(this SsoDbContext database, Guid proposerId, CancellationToken cancellation) =>
        database.Proposals.Where(row => row.ProposerId == proposerId).ExecuteDeleteAsync(cancellation);
}
