using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Data;
using Sso.Data.Administrators;

namespace Sso.Accounts.Administrators;

/// <summary>Whose word counts as the first of two, and what becomes of it when roles change.</summary>
internal static class ProposalRights
{
    /// <summary>True if the word of that role counts as one of two.</summary>
    /// <param name="act">What is proposed.</param>
    /// <param name="by">The role of the proposer.</param>
    /// <param name="whom">The role of the person it is about; null for a customer, and where it is about nobody.</param>
    public static bool MayPropose(ProposedAct act, AdministratorRole by, AdministratorRole? whom) => act switch
    {
        ProposedAct.FactorReset => Roles.ReachOf(by, ConsoleAct.ResetFactors) == Reach.All && Precedence.MayActOn(by, whom),
        ProposedAct.LooserPolicy => Roles.ReachOf(by, ConsoleAct.LoosenApplications) == Reach.All,
        _ => throw new UnreachableException(),
    };

    /// <summary>
    /// Whatever somebody with this role could not propose any more, or could not be proposed about them, is off: it does not come back with
    /// the former role. To be called inside the transaction that gives it.
    /// </summary>
    public static async Task DropProposalsBeyondAsync(
        this SsoDbContext database, Guid personId, AdministratorRole role, CancellationToken cancellation)
    {
        var proposals = await database.Proposals.AsNoTracking()
            .Where(row => row.ProposerId == personId || row.PersonId == personId).ToListAsync(cancellation);
        if (proposals.Count == 0)
        {
            return;
        }

        // Few have a role.
        var roles = await database.Administrators.AsNoTracking().ToDictionaryAsync(row => row.PersonId, row => row.Role, cancellation);
        roles[personId] = role;
        foreach (var proposal in proposals.Where(IsBeyond))
        {
            await database.EndProposalAsync(proposal, cancellation);
        }

        bool IsBeyond(Proposal proposal) =>
            !roles.TryGetValue(proposal.ProposerId, out var by)
            || !MayPropose(proposal.Act, by, roles.TryGetValue(proposal.PersonId, out var whom) ? whom : null);
    }
}
