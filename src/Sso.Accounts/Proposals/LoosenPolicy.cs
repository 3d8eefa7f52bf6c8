using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Accounts.Administrators;
using Sso.Accounts.Limits;
using Sso.Accounts.Mails;
using Sso.Admin;
using Sso.Admin.Clients;
using Sso.Data;
using Sso.Data.Administrators;
using Sso.Data.Operations;
using Sso.Protocol;

namespace Sso.Accounts.Proposals;

/// <summary>
/// Where two people are needed, an application asks less of people at a sign-in only after a second administrator agreed to what the first
/// proposed: to that very change, of what the application asked then.
/// </summary>
public sealed class LoosenPolicy(
    SsoDbContext database, ChangeClient clients, SecurityMails mails, Throttle throttle, TimeProvider clock)
{
    /// <summary>Nothing changes yet. An application has one such proposal at a time.</summary>
    public Task<Result<ClientView, Refusal>> ProposeAsync(
        string clientId, LooserPolicy looser, ActingOperator by, CancellationToken cancellation) =>
        database.AllOrNothingAsync<ClientView>(
            async () =>
            {
                var now = clock.GetUtcNow();
                if (await FindAsync(clientId, cancellation) is not { } client)
                {
                    return NotFound(clientId);
                }

                if (!await database.MayLoosenAsync(by.AdministratorId!.Value, cancellation))
                {
                    return Refusal.Denied("client_id", "This is no act of that role.", "Ask an owner.");
                }

                if (!looser.IsOf(client))
                {
                    return Refusal.Stale("client_id", "It was changed meanwhile.");
                }

                if (!await throttle.ReserveLooserPolicyAsync(by.AdministratorId.Value, cancellation))
                {
                    return Refusal.TooOften("client_id", "Too much was proposed today.", "Wait until tomorrow.");
                }

                await database.Proposals.Where(row => row.ClientId == clientId && row.ExpiresAt <= now).ExecuteDeleteAsync(cancellation);
                var proposal = ProposalOf(clientId, looser, by.AdministratorId.Value, now);
                if (!await database.TryInsertAsync(proposal, cancellation))
                {
                    return Refusal.Taken(
                        "client_id", $"For '{clientId}' something is proposed already.", "A second administrator can agree to it or not.");
                }

                database.SecurityEvents.Add(SecurityEvent.ClientChanged(now, clientId, "looser policy proposed", looser.ToChanges()));
                await mails.TellSecondPeopleAsync(database, proposal, client.Name, proposal.ExpiresAt, cancellation);
                return client;
            },
            cancellation);

    /// <summary>The second administrator: it holds at once.</summary>
    /// <param name="clientId">Of which application.</param>
    /// <param name="seen">The <see cref="Proposal.Mark"/> of what they read and agree to; of another one nothing comes.</param>
    /// <param name="by">Another administrator than the one who proposed it.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    public async Task<Result<ClientAdded, Refusal>> AgreeAsync(
        string clientId, string? seen, ActingOperator by, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (await FindAsync(clientId, cancellation) is null)
        {
            return NotFound(clientId);
        }

        if (await database.OpenLooserPolicies(now).SingleOrDefaultAsync(row => row.ClientId == clientId, cancellation) is not { } proposal
            || !await database.MayLoosenAsync(proposal.ProposerId, cancellation))
        {
            return NothingWaits(clientId);
        }

        if (proposal.ProposerId == by.AdministratorId || !await database.MayLoosenAsync(by.AdministratorId!.Value, cancellation))
        {
            return Refusal.Denied("client_id", "Whoever proposed it cannot be the second person too.", "Ask another owner.");
        }

        if (proposal.Mark != seen)
        {
            return NothingWaits(clientId);
        }

        var looser = LooserPolicy.Read(proposal.Change!);
        var outcome = await clients.ExecuteAsync(
            clientId,
            current => looser.IsOf(current) ? null : Refusal.Stale("client_id", "It was changed since this was proposed."),
            looser.In,
            async () =>
            {
                if (!await database.TakeProposalAsync(proposal, by.AdministratorId.Value, now, cancellation))
                {
                    return NothingWaits(clientId);
                }

                var changes = looser.ToChanges();
                changes["proposed_by"] = ActingOperator.AtConsole(proposal.ProposerId).Name;
                database.SecurityEvents.Add(SecurityEvent.ClientChanged(now, clientId, "looser policy agreed", changes));
                return null;
            },
            cancellation);
        if (outcome.Error is { Kind: RefusalKind.Stale })
        {
            // Void, and it does not come back should the application become again what it was.
            await EndAsync(proposal, "looser policy void", cancellation);
        }

        return outcome;
    }

    /// <summary>Nothing changes: the proposer takes it back, or another does not agree.</summary>
    public async Task<Result<ClientView, Refusal>> CallOffAsync(
        string clientId, string? seen, ActingOperator by, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (await FindAsync(clientId, cancellation) is not { } client)
        {
            return NotFound(clientId);
        }

        return await database.OpenLooserPolicies(now).SingleOrDefaultAsync(row => row.ClientId == clientId, cancellation) is { } proposal
            && proposal.Mark == seen
            && await EndAsync(
                proposal, proposal.ProposerId == by.AdministratorId ? "looser policy withdrawn" : "looser policy refused", cancellation)
            ? client
            : NothingWaits(clientId);
    }

    private Task<bool> EndAsync(Proposal proposal, string how, CancellationToken cancellation) => database.AllOrNothingAsync(
        async () =>
        {
            if (!await database.EndProposalAsync(proposal, cancellation))
            {
                return false;
            }

            var changes = LooserPolicy.Read(proposal.Change!).ToChanges();
            changes["proposed_by"] = ActingOperator.AtConsole(proposal.ProposerId).Name;
            database.SecurityEvents.Add(SecurityEvent.ClientChanged(clock.GetUtcNow(), proposal.ClientId, how, changes));
            return true;
        },
        cancellation);

    private async Task<ClientView?> FindAsync(string clientId, CancellationToken cancellation) =>
        await database.Clients.AsNoTracking().SingleOrDefaultAsync(client => client.Id == clientId, cancellation) is { } found
            ? ClientView.Of(found)
            : null;

    private static Proposal ProposalOf(string clientId, LooserPolicy looser, Guid proposer, DateTimeOffset now) => new()
    {
        Act = ProposedAct.LooserPolicy,
        PersonId = Guid.Empty,
        ClientId = clientId,
        ProposerId = proposer,
        ProposedAt = now,
        ExpiresAt = now + Proposal.Life,
        Checks = IdentityChecks.None,
        Reference = "",
        Change = looser.Store(),
    };

    private static Refusal NotFound(string clientId) =>
        Refusal.NotFound("client_id", $"There is no client '{clientId}'.", "Look at the list of applications.");

    private static Refusal NothingWaits(string clientId) => Refusal.NotFound(
        "proposal", $"Nothing waits for '{clientId}', or not any more.", "Open the page of the application again.");
}

internal static class LooserPolicies
{
    public static IQueryable<Proposal> OpenLooserPolicies(this SsoDbContext database, DateTimeOffset now) =>
        database.OpenProposals(now).Where(row => row.Act == ProposedAct.LooserPolicy);

    /// <summary>Whose role was changed or whose account was disabled since does not count as one of two any more.</summary>
    public static async Task<bool> MayLoosenAsync(this SsoDbContext database, Guid personId, CancellationToken cancellation) =>
        await database.Administrators.SingleOrDefaultAsync(row => row.PersonId == personId, cancellation) is { } administrator
        && ProposalRights.MayPropose(ProposedAct.LooserPolicy, administrator.Role, whom: null)
        && await database.Users.AnyAsync(row => row.Id == personId && row.DisabledAt == null, cancellation);
}
