using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Accounts.Mails;
using Sso.Accounts.Passwords;
using Sso.Accounts.People;
using Sso.Accounts.Sessions;
using Sso.Accounts.Visits;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Administrators;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Protocol;
using Sso.Protocol.Authorization;

namespace Sso.Accounts.Administrators;

/// <summary>What became of the form that makes the first administrator.</summary>
public abstract record FirstAdministratorOutcome
{
    private FirstAdministratorOutcome() { }

    /// <summary>There is an owner, who is signed in with the password and still lacks a second factor.</summary>
    public sealed record Made : FirstAdministratorOutcome;

    /// <summary>Too old, used, or never given.</summary>
    public sealed record DeadLink : FirstAdministratorOutcome;

    public sealed record WeakPassword(PasswordFlaw Flaw, PasswordPolicy Policy) : FirstAdministratorOutcome;

    public sealed record Refused(Refusal Refusal) : FirstAdministratorOutcome;
}

/// <summary>
/// The first administrator of an installation, made with a link that the server prints to whoever runs it. Each node that starts prints one
/// of its own; with the first that is used, all of them are worth nothing, for ever.
/// </summary>
/// <param name="sessions">Only where there are browsers: the command line has none.</param>
public sealed class FirstAdministrator(
    SsoDbContext database, AddPerson people, PasswordFloor floor, Lazy<BrowserSessions> sessions, Lazy<SecurityMails> mails,
    TimeProvider clock)
{
    public static readonly TimeSpan LinkLife = TimeSpan.FromMinutes(15);

    /// <summary>The client id under which the events of the console stand.</summary>
    public const string Console = "sso:console";

    /// <summary>Who gave the first role: no actor, but the link.</summary>
    public const string Giver = "one-time link for the first administrator";

    /// <summary>There has never been an administrator.</summary>
    public Task<bool> IsAwaitedAsync(CancellationToken cancellation) => database.AwaitsFirstAdministratorAsync(cancellation);

    /// <summary>Has made the account by the link and has not been in the console yet: the rest of it is still to be set up.</summary>
    public Task<bool> IsSettingUpAsync(Guid personId, CancellationToken cancellation) => database.Administrators.AnyAsync(
        row => row.PersonId == personId && row.CreatedBy == Giver
            && database.Users.Any(person => person.Id == personId && person.LastAccessAt == null),
        cancellation);

    /// <summary>The secret of a new link, which exists only in this answer; null if there is, or ever was, an administrator.</summary>
    public async Task<string?> MakeLinkAsync(CancellationToken cancellation)
    {
        if (!await IsAwaitedAsync(cancellation))
        {
            return null;
        }

        var secret = database.AddLink(
            personId: Guid.Empty, MailedLinkPurpose.FirstAdministrator, LinkLife, clock.GetUtcNow(), changeId: null);
        await database.SaveChangesAsync(cancellation);
        return secret;
    }

    public async Task<bool> IsValidAsync(string? link, CancellationToken cancellation)
    {
        var (hash, now) = (MailedLink.HashOf(link ?? ""), clock.GetUtcNow());
        return await database.MailedLinks.AnyAsync(
            row => row.Hash == hash && row.Purpose == MailedLinkPurpose.FirstAdministrator && row.UsedAt == null && row.ExpiresAt > now,
            cancellation) && await IsAwaitedAsync(cancellation);
    }

    public async Task<FirstAdministratorOutcome> MakeAsync(
        Visit visit, string? link, NewPerson wanted, CancellationToken cancellation)
    {
        if (link is null || !await IsValidAsync(link, cancellation))
        {
            return new FirstAdministratorOutcome.DeadLink();
        }

        var policy = await floor.PolicyAsync(cancellation);
        if (PasswordRules.FindFlaw(wanted.Password ?? "", policy, wanted.UserName, wanted.Email, wanted.Name) is { } flaw)
        {
            return new FirstAdministratorOutcome.WeakPassword(flaw, policy);
        }

        var isDead = false;
        var outcome = await people.ExecuteAsync(
            wanted,
            async person =>
            {
                var now = clock.GetUtcNow();
                if (!await database.TryUseAsync(link, MailedLinkPurpose.FirstAdministrator, now, cancellation)
                    || !await database.TryBecomeFirstAsync(now, cancellation))
                {
                    isDead = true;
                    return Refusal.NotFound("link", "The link is no longer valid.", "Ask for another one: sso admin link");
                }

                database.Administrators.Add(new Administrator
                {
                    PersonId = person.Id,
                    Role = AdministratorRole.Owner,
                    CreatedAt = now,
                    CreatedBy = Giver,
                });
                database.RecordChange(
                    person, "role given", now, RecordedChanges.Of(("role", null, nameof(AdministratorRole.Owner))));
                AskToConfirm(visit, person, now);
                return null;
            },
            cancellation);
        if (outcome.Failed(out var refusal, out var made))
        {
            return isDead ? new FirstAdministratorOutcome.DeadLink() : new FirstAdministratorOutcome.Refused(refusal);
        }

        await SignInAsync(visit, Guid.ParseExact(made.Sub, "N"), cancellation);
        return new FirstAdministratorOutcome.Made();
    }

    /// <summary>Nobody vouched for the address, and to one that is not confirmed nothing goes that an owner has to know.</summary>
    private void AskToConfirm(Visit visit, Person person, DateTimeOffset now)
    {
        var change = new ContactChange
        {
            Id = Guid.CreateVersion7(now),
            PersonId = person.Id,
            Kind = ContactKind.Email,
            CreatedAt = now,
            NewEmail = person.Email,
        };
        database.ContactChanges.Add(change);
        mails.Value.Tell(database, visit, person, MailTable.ConfirmEmail, new(change, IsDecoy: false));
    }

    /// <summary>Whoever chose the password a moment ago need not type it again; the gate then demands the second factor.</summary>
    private Task<bool> SignInAsync(Visit visit, Guid personId, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var proof = new Proof(ProofMethod.Password, now, new Guid(RandomNumberGenerator.GetBytes(16)));
        return sessions.Value.BeginAsync(
            visit, personId, _ => Task.FromResult<System.Collections.Immutable.ImmutableArray<Proof>?>([proof]),
            session => SecurityEvent.PasswordProved(now, personId, session, Console), cancellation);
    }
}
