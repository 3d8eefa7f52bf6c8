using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Administrators;

namespace Sso.Accounts.Proposals;

/// <summary>What waits for a second administrator.</summary>
/// <param name="Sub">The subject of whom it is about.</param>
/// <param name="UserName">What they are called.</param>
/// <param name="ProposerId">Who proposed it.</param>
/// <param name="Proposer">Their user name.</param>
public sealed record ProposalView(
    string Sub, string UserName, Guid ProposerId, string Proposer, DateTimeOffset At, DateTimeOffset ExpiresAt,
    IdentityChecks Checks, string Reference);

/// <summary>The replacement of lost second factors that was asked for, and what is proposed about it.</summary>
/// <param name="ReadyAt">The end of the wait.</param>
/// <param name="ExpiresAt">Until then the link can be used.</param>
/// <param name="Proposal">Null if nobody proposed to end the wait, as where the owner asked.</param>
public sealed record FactorResetView(DateTimeOffset ReadyAt, DateTimeOffset ExpiresAt, bool IsReady, ProposalView? Proposal);

/// <summary>What second administrators look through.</summary>
public sealed class ShowProposals(SsoDbContext database, TimeProvider clock)
{
    /// <summary>The oldest first.</summary>
    public async Task<ImmutableArray<ProposalView>> ListAsync(CancellationToken cancellation) =>
        [.. (await ReadAsync(database.OpenProposals(clock.GetUtcNow()), cancellation)).OrderBy(view => view.At)];

    /// <summary>Null if nothing is being replaced.</summary>
    public async Task<FactorResetView?> FindResetAsync(Guid personId, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (await database.FactorRecoveries.AsNoTracking().SingleOrDefaultAsync(
            row => row.PersonId == personId && row.ExpiresAt > now, cancellation) is not { } recovery)
        {
            return null;
        }

        var isReady = recovery.ReadyAt <= now;
        var proposals = isReady
            ? []
            : await ReadAsync(
                database.OpenProposals(now).Where(row => row.Act == ProposedAct.FactorReset && row.PersonId == personId), cancellation);
        return new(recovery.ReadyAt, recovery.ExpiresAt, isReady, proposals.SingleOrDefault());
    }

    private async Task<List<ProposalView>> ReadAsync(IQueryable<Proposal> proposals, CancellationToken cancellation)
    {
        var rows = await (
            from proposal in proposals
            join person in database.Users.AsNoTracking() on proposal.PersonId equals person.Id
            join proposer in database.Users.AsNoTracking() on proposal.ProposerId equals proposer.Id
            select new { Proposal = proposal, person.UserName, Proposer = proposer.UserName }).ToListAsync(cancellation);
        return
        [
            .. rows.Select(row => new ProposalView(
                row.Proposal.PersonId.ToString("N"), row.UserName!, row.Proposal.ProposerId, row.Proposer!, row.Proposal.ProposedAt,
                row.Proposal.ExpiresAt, row.Proposal.Checks, row.Proposal.Reference)),
        ];
    }
}
