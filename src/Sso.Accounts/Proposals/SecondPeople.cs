using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Accounts.Administrators;
using Sso.Accounts.Mails;
using Sso.Data;
using Sso.Data.Administrators;
using Sso.Data.People;

namespace Sso.Accounts.Proposals;

/// <summary>Who can be the second one of a proposal.</summary>
/// <param name="Able">So many colleagues can decide it.</param>
/// <param name="Told">So many of them were told by mail when it was made.</param>
public sealed record SecondPeople(int Able, int Told);

internal static class SecondPeopleQueries
{
    /// <summary>
    /// Everybody whose word would count: not the proposer, nor whom it is about, nor anybody whose account is disabled or whose role does
    /// not reach so far.
    /// </summary>
    /// <param name="database">Where the roles are.</param>
    /// <param name="act">What was proposed.</param>
    /// <param name="proposer">By whom.</param>
    /// <param name="about">Whose account it is about; empty where it is about none.</param>
    /// <param name="cancellation">Stops reading.</param>
    public static async Task<ImmutableArray<SecondPerson>> FindSecondPeopleAsync(
        this SsoDbContext database, ProposedAct act, Guid proposer, Guid about, CancellationToken cancellation)
    {
        // Few have a role.
        var all = await (
            from administrator in database.Administrators.AsNoTracking()
            join person in database.Users.AsNoTracking() on administrator.PersonId equals person.Id
            select new SecondPerson(person, administrator)).ToListAsync(cancellation);
        var whom = all.Find(one => one.Person.Id == about)?.Administrator.Role;
        return
        [
            .. all.Where(one => one.Person.DisabledAt is null && one.Person.Id != proposer && one.Person.Id != about
                && MayAgree(act, one.Administrator.Role, whom)),
        ];
    }

    /// <summary>
    /// Tells each of them, in their own language, in the transaction of the proposal. Nothing in the mail acts: the page that it names asks
    /// for a proof of its reader.
    /// </summary>
    /// <param name="mails">What writes them.</param>
    /// <param name="database">In whose transaction it is proposed.</param>
    /// <param name="proposal">As it is stored.</param>
    /// <param name="whom">What the person or application that it is about is called.</param>
    /// <param name="until">Until then it can be agreed to.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    public static async Task TellSecondPeopleAsync(
        this SecurityMails mails, SsoDbContext database, Proposal proposal, string whom, DateTimeOffset until,
        CancellationToken cancellation)
    {
        var proposer = await database.Users.Where(person => person.Id == proposal.ProposerId).Select(person => person.UserName!)
            .SingleAsync(cancellation);
        var path = proposal.Act switch
        {
            ProposedAct.FactorReset => $"/console/person/reset?sub={proposal.PersonId:N}",
            ProposedAct.LooserPolicy => $"/console/application/loosen?id={Uri.EscapeDataString(proposal.ClientId)}",
            _ => throw new UnreachableException(),
        };
        var about = new WaitingProposal(proposal.Act, whom, proposer, until, path);
        foreach (var second in await database.FindSecondPeopleAsync(
            proposal.Act, proposal.ProposerId, proposal.PersonId, cancellation))
        {
            mails.Tell(database, visit: null, second.Person, MailTable.ProposalWaits, about);
        }
    }

    private static bool MayAgree(ProposedAct act, AdministratorRole role, AdministratorRole? whom) => act switch
    {
        ProposedAct.FactorReset => Roles.ReachOf(role, ConsoleAct.AgreeToResets) == Reach.All && Precedence.MayActOn(role, whom),
        ProposedAct.LooserPolicy => Roles.ReachOf(role, ConsoleAct.LoosenApplications) == Reach.All,
        _ => throw new UnreachableException(),
    };
}

internal sealed record SecondPerson(Person Person, Administrator Administrator)
{
    /// <summary>A mail reaches them.</summary>
    public bool HasMailbox => Person is { Email: not null, EmailConfirmed: true };
}
