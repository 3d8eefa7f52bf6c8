using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Accounts.Administrators;
using Sso.Accounts.Limits;
using Sso.Accounts.Localization;
using Sso.Accounts.Mails;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Administrators;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Protocol;

namespace Sso.Accounts.Proposals;

/// <summary>
/// The help desk helps somebody who has lost every second factor: it begins the same replacement that the owner can ask for, with the same
/// wait, the same notices and the same link that stops it. Nothing of it reaches whoever helps, and the old factors stay until a new one is
/// proved. A second administrator can end the wait; the first cannot.
/// </summary>
public sealed class FactorReset(
    SsoDbContext database, SecurityMails mails, NoticeTexts texts, Throttle throttle, SignInOptions options, TimeProvider clock)
{
    public const int LongestReference = 100;

    /// <summary>Begins it, and proposes that it need not wait. Of a replacement that waits already, only that is proposed.</summary>
    /// <param name="who">User name, e-mail address or subject.</param>
    /// <param name="checks">How the administrator knows that it is the person who asks.</param>
    /// <param name="reference">Where more about that is written down; it stays in the record of events.</param>
    /// <param name="by">An administrator, who is not that person.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    public Task<Result<Person, Refusal>> ProposeAsync(
        string who, IdentityChecks checks, string? reference, ActingOperator by, CancellationToken cancellation) =>
        database.AllOrNothingAsync<Person>(
            async () =>
            {
                if ((await FindAsync(who, by, cancellation)).Failed(out var refusal, out var person))
                {
                    return refusal;
                }

                var words = reference?.Trim() ?? "";
                var flaw = FlawOf(checks, words) ?? await FlawOfAsync(person, cancellation)
                    ?? await BeginAsync(person, checks, words, by, cancellation);
                return flaw is null ? person : flaw;
            },
            cancellation);

    /// <summary>The second administrator: the link to a new factor leaves at once, to the mailbox of the account only.</summary>
    /// <param name="who">User name, e-mail address or subject.</param>
    /// <param name="seen">The <see cref="Proposal.Mark"/> of what they read and agree to; of another one nothing comes.</param>
    /// <param name="by">Another administrator than the one who proposed it.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    public Task<Result<Person, Refusal>> AgreeAsync(
        string who, string? seen, ActingOperator by, CancellationToken cancellation) => database.AllOrNothingAsync<Person>(async () =>
    {
        var now = clock.GetUtcNow();
        if ((await FindAsync(who, by, cancellation)).Failed(out var refusal, out var person))
        {
            return refusal;
        }

        if (await database.OpenProposals(now).SingleOrDefaultAsync(
                row => row.Act == ProposedAct.FactorReset && row.PersonId == person.Id, cancellation) is not { } proposal
            || !await MayStillAsync(proposal.ProposerId, person, cancellation))
        {
            return NothingWaits(person);
        }

        if (proposal.ProposerId == by.AdministratorId)
        {
            return Refusal.Denied(
                "user_name", "Whoever proposed it cannot be the second person too.", "Ask a colleague, or let the wait go by.");
        }

        if (proposal.Mark != seen)
        {
            return NothingWaits(person);
        }

        // First the row that whoever stops it takes first too.
        if (!await database.EndWaitAsync(person.Id, now, cancellation)
            || !await database.TakeProposalAsync(proposal, by.AdministratorId!.Value, now, cancellation))
        {
            return NothingWaits(person);
        }

        database.RecordChange(
            person, "factor reset agreed", now,
            RecordedChanges.Of(
                ("proposed_by", null, ActingOperator.AtConsole(proposal.ProposerId).Name), ("agreed_by", null, by.Name),
                ("checked", null, InWords(proposal.Checks)), ("reference", null, proposal.Reference)));
        await texts.TellAsync(database, person.Id, TextNotice.FactorsLost, cancellation);
        await mails.RecoveryReadyAsync(database, visit: null, person.Id, cancellation);
        return person;
    }, cancellation);

    /// <summary>Nothing is replaced, whoever asked for it: by the first administrator, or by another who does not agree.</summary>
    public Task<Result<Person, Refusal>> CallOffAsync(
        string who, ActingOperator by, CancellationToken cancellation) => database.AllOrNothingAsync<Person>(async () =>
    {
        var now = clock.GetUtcNow();
        if ((await FindAsync(who, by, cancellation)).Failed(out var refusal, out var person))
        {
            return refusal;
        }

        if (!await database.EndRecoveryAsync(person.Id, openedIn: null, now, cancellation))
        {
            return NothingWaits(person);
        }

        database.SecurityEvents.Add(SecurityEvent.LostFactorStopped(now, person.Id, "by an operator"));
        mails.TellOfOperator(database, person, MailTable.RecoveryStopped, default, now);
        return person;
    }, cancellation);

    private static Refusal? FlawOf(IdentityChecks checks, string reference) => (checks, reference.Length) switch
    {
        (IdentityChecks.None, _) => Invalid("checks", "Nothing was checked.", "Find out first whether it is the person who asks."),
        (_, 0 or > LongestReference) => Invalid(
            "reference", $"The reference is empty, or longer than {LongestReference} characters.",
            "Give the number of the ticket or the call."),
        _ => null,
    };

    private async Task<Refusal?> FlawOfAsync(Person person, CancellationToken cancellation)
    {
        if (person is not { Email: not null, EmailConfirmed: true, DisabledAt: null })
        {
            return Invalid(
                "user_name", $"'{person.UserName}' has no confirmed address to which a link could go, or is disabled.",
                "At the command line: sso user remove-factor");
        }

        return await database.ActiveFactors(person.Id).AnyAsync(cancellation)
            ? null
            : Invalid(
                "user_name", $"'{person.UserName}' has no second factor.", "The next sign-in asks for one; there is nothing to replace.");
    }

    private async Task<Refusal?> BeginAsync(
        Person person, IdentityChecks checks, string reference, ActingOperator by, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (!await throttle.ReserveFactorResetAsync(person.Id, cancellation))
        {
            return Refusal.TooOften("user_name", $"For '{person.UserName}' it was begun too often today.", "Wait until tomorrow.");
        }

        var recovery = new FactorRecovery
        {
            PersonId = person.Id,
            RequestedAt = now,
            ReadyAt = now + options.LostFactorWait,
            ExpiresAt = now + options.LostFactorWait + FactorRecovery.Window,
            Language = Languages.Of(person).TwoLetterISOLanguageName,
        };
        if (!await database.TryInsertAsync(recovery, cancellation))
        {
            if (!await database.HoldWaitAsync(person.Id, now, cancellation))
            {
                return Invalid(
                    "user_name", $"'{person.UserName}' may replace the methods already.", "Ask them to look for our mail with the link.");
            }

            recovery = await database.FactorRecoveries.AsNoTracking().SingleAsync(row => row.PersonId == person.Id, cancellation);
        }

        await database.Proposals.Where(row => row.PersonId == person.Id && row.ExpiresAt <= now).ExecuteDeleteAsync(cancellation);
        var proposal = ProposalOf(person.Id, checks, reference, by.AdministratorId!.Value, now);
        if (!await database.TryInsertAsync(proposal, cancellation))
        {
            return Refusal.Taken(
                "user_name", $"For '{person.UserName}' it is proposed already.", "A second administrator can agree to it.");
        }

        database.RecordChange(
            person, "factor reset begun", now,
            RecordedChanges.Of(("checked", null, InWords(checks)), ("reference", null, reference)));
        mails.TellOfOperator(database, person, MailTable.RecoveryByOperator, recovery, now);
        await texts.TellAsync(database, person.Id, TextNotice.FactorsLost, cancellation);
        // When the wait is over there is nothing left to agree to.
        var until = recovery.ReadyAt < proposal.ExpiresAt ? recovery.ReadyAt : proposal.ExpiresAt;
        await mails.TellSecondPeopleAsync(database, proposal, person.UserName!, until, cancellation);
        return null;
    }

    /// <summary>Whom it is about, if this administrator may act on them: never on themselves.</summary>
    private async Task<Result<Person, Refusal>> FindAsync(string who, ActingOperator by, CancellationToken cancellation)
    {
        if (await database.FindPersonAsync(who, cancellation) is not { } person)
        {
            return OperatorActs.NotFound(who);
        }

        return by.AdministratorId is null || by.AdministratorId == person.Id
            ? Refusal.Denied("user_name", "Nobody does this for their own account, and no program does it.", "Ask a colleague.")
            : await database.FindDenialAsync(by, person, cancellation) is { } denial ? denial : person;
    }

    /// <summary>Whose role was changed or whose account was disabled since does not count as one of two any more.</summary>
    private async Task<bool> MayStillAsync(Guid proposer, Person person, CancellationToken cancellation)
    {
        var roles = await database.Administrators.Where(row => row.PersonId == proposer || row.PersonId == person.Id)
            .ToDictionaryAsync(row => row.PersonId, row => row.Role, cancellation);
        return roles.TryGetValue(proposer, out var role)
            && ProposalRights.MayPropose(ProposedAct.FactorReset, role, roles.TryGetValue(person.Id, out var theirs) ? theirs : null)
            && await database.Users.AnyAsync(row => row.Id == proposer && row.DisabledAt == null, cancellation);
    }

    private static Proposal ProposalOf(Guid personId, IdentityChecks checks, string reference, Guid proposer, DateTimeOffset now) => new()
    {
        Act = ProposedAct.FactorReset,
        PersonId = personId,
        ProposerId = proposer,
        ProposedAt = now,
        ExpiresAt = now + Proposal.Life,
        Checks = checks,
        Reference = reference,
    };

    /// <summary>As the record of events has it.</summary>
    private static string InWords(IdentityChecks checks) => checks.ToString();

    private static Refusal Invalid(string field, string what, string remedy) => Refusal.Invalid(new FieldProblem(field, what, remedy));

    private static Refusal NothingWaits(Person person) => Refusal.NotFound(
        "user_name", $"Nothing waits for '{person.UserName}', or not any more.", "Open the page of the person again.");
}
