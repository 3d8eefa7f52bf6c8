using System.Collections.Immutable;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Accounts.Administrators;
using Sso.Admin.Clients;
using Sso.Data;
using Sso.Data.Administrators;

namespace Sso.Accounts.Proposals;

/// <summary>What waits for a second administrator.</summary>
/// <param name="Mark">Which one it is, for whoever agrees to it.</param>
/// <param name="Sub">The subject of whom it is about.</param>
/// <param name="UserName">What they are called.</param>
/// <param name="ProposerId">Who proposed it.</param>
/// <param name="Proposer">Their user name.</param>
public sealed record ProposalView(
    string Mark, string Sub, string UserName, Guid ProposerId, string Proposer, DateTimeOffset At, DateTimeOffset ExpiresAt,
    IdentityChecks Checks, string Reference);

/// <summary>The replacement of lost second factors that was asked for, and what is proposed about it.</summary>
/// <param name="ReadyAt">The end of the wait.</param>
/// <param name="ExpiresAt">Until then the link can be used.</param>
/// <param name="Proposal">Null if nobody proposed to end the wait, as where the owner asked.</param>
public sealed record FactorResetView(DateTimeOffset ReadyAt, DateTimeOffset ExpiresAt, bool IsReady, ProposalView? Proposal);

/// <summary>An application would ask less of people at a sign-in.</summary>
/// <param name="Mark">Which proposal it is, for whoever agrees to it.</param>
/// <param name="Looser">What it asked when it was proposed, and what it would.</param>
public sealed record LooserPolicyView(
    string Mark, string ClientId, Guid ProposerId, string Proposer, DateTimeOffset At, DateTimeOffset ExpiresAt, LooserPolicy Looser);

/// <summary>What second administrators look through.</summary>
public sealed class ShowProposals(SsoDbContext database, TimeProvider clock)
{
    /// <summary>
    /// What this administrator can agree to as the second one, the oldest first: nothing of their own or about them, nor about a higher
    /// role, nor where the wait is over or the word of the proposer does not count any more.
    /// </summary>
    public async Task<ImmutableArray<ProposalView>> ListAsync(Guid second, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var views = await ReadAsync(
            database.OpenProposals(now).Where(row => row.ProposerId != second && row.PersonId != second
                && database.FactorRecoveries.Any(recovery => recovery.PersonId == row.PersonId && recovery.ReadyAt > now)
                && database.Users.Any(proposer => proposer.Id == row.ProposerId && proposer.DisabledAt == null)),
            cancellation);
        if (views.Count == 0)
        {
            return [];
        }

        // Few have a role.
        var roles = await database.Administrators.ToDictionaryAsync(row => row.PersonId, row => row.Role, cancellation);
        return [.. views.Where(MayBeAgreedTo).OrderBy(view => view.At)];

        bool MayBeAgreedTo(ProposalView view)
        {
            AdministratorRole? theirs = roles.TryGetValue(Guid.ParseExact(view.Sub, "N"), out var role) ? role : null;
            return roles.TryGetValue(second, out var own) && Precedence.MayActOn(own, theirs)
                && roles.TryGetValue(view.ProposerId, out var proposer)
                && ProposalRights.MayPropose(ProposedAct.FactorReset, proposer, theirs);
        }
    }

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

    /// <summary>Who can decide it beside its proposer, and who of them was told: not those who got their role later.</summary>
    /// <param name="act">What was proposed.</param>
    /// <param name="proposer">By whom.</param>
    /// <param name="about">Whose account it is about; empty where it is about none.</param>
    /// <param name="at">When.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<SecondPeople> CountSecondAsync(
        ProposedAct act, Guid proposer, Guid about, DateTimeOffset at, CancellationToken cancellation)
    {
        var able = await database.FindSecondPeopleAsync(act, proposer, about, cancellation);
        return new(able.Length, able.Count(one => one.HasMailbox && one.Administrator.CreatedAt <= at));
    }

    /// <summary>What another may agree to, the oldest first.</summary>
    public async Task<ImmutableArray<LooserPolicyView>> ListLooserAsync(Guid second, CancellationToken cancellation)
    {
        var views = await ReadLooserAsync(row => row.ProposerId != second, cancellation);
        return [.. views.OrderBy(view => view.At)];
    }

    /// <summary>Null if nothing is proposed for this application, or whoever did it may not any more.</summary>
    public async Task<LooserPolicyView?> FindLooserAsync(string clientId, CancellationToken cancellation) =>
        (await ReadLooserAsync(row => row.ClientId == clientId, cancellation)).SingleOrDefault();

    private async Task<List<LooserPolicyView>> ReadLooserAsync(
        Expression<Func<Proposal, bool>> which, CancellationToken cancellation)
    {
        var rows = await (
            from proposal in database.OpenLooserPolicies(clock.GetUtcNow()).Where(which)
            join proposer in database.Users.AsNoTracking() on proposal.ProposerId equals proposer.Id
            where proposer.DisabledAt == null
            join administrator in database.Administrators.AsNoTracking() on proposal.ProposerId equals administrator.PersonId
            select new { Proposal = proposal, proposer.UserName, administrator.Role }).ToListAsync(cancellation);
        return
        [
            .. rows.Where(row => ProposalRights.MayPropose(ProposedAct.LooserPolicy, row.Role, whom: null))
                .Select(row => new LooserPolicyView(
                    row.Proposal.Mark, row.Proposal.ClientId, row.Proposal.ProposerId, row.UserName!, row.Proposal.ProposedAt,
                    row.Proposal.ExpiresAt, LooserPolicy.Read(row.Proposal.Change!))),
        ];
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
                row.Proposal.Mark, row.Proposal.PersonId.ToString("N"), row.UserName!, row.Proposal.ProposerId, row.Proposer!,
                row.Proposal.ProposedAt, row.Proposal.ExpiresAt, row.Proposal.Checks, row.Proposal.Reference)),
        ];
    }
}
