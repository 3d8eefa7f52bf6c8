using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Delivery.Mail;
using Sso.Protocol.Authorization;
using Sso.Server.Brands;
using Sso.Server.Http;

namespace Sso.Server.Mails;

/// <summary>
/// The mails that people get. A mail is written in the transaction of what it tells, in the person's language, and holds neither code nor password; a
/// notice has a link for "it wasn't me". They go to confirmed addresses only.
/// </summary>
public sealed class SecurityMails(MailQueue queue, NoticeTexts texts, SsoOptions sso, PageBrand brands, TimeProvider clock)
{
    public static readonly TimeSpan ResetLinkLifetime = TimeSpan.FromMinutes(30);
    public static readonly TimeSpan NotMeLinkLifetime = TimeSpan.FromHours(72);

    /// <summary>The link to a new password. For nobody it is written the same and never sent, so that both take the same time.</summary>
    public void ResetPassword(SsoDbContext database, HttpContext http, Person? person, string typed)
    {
        var (reader, brand) = (MailReader.Of(person), brands.For(http));
        var secret = AddLink(
            database, person?.Id ?? MailedLink.NobodyNamed(typed), MailedLinkPurpose.ResetPassword, person is null ? TimeSpan.Zero : ResetLinkLifetime);
        var mail = reader.Mail(brand, "ResetSubject", reader.Text("ResetExplain", person?.UserName ?? typed)) with
        {
            Facts = reader.Facts(http, clock.GetUtcNow()),
            Link = new(reader.Text("ResetLink"), $"{sso.Issuer}/password/reset?link={secret}"),
            Notes = [reader.Text("ResetLife", (int)ResetLinkLifetime.TotalMinutes)],
            NotYou = reader.NotYou(reader.Text("ResetNotYou")),
        };
        queue.Enqueue(database, mail.To(person?.Email ?? typed, brand.OfMails), ResetLinkLifetime, isDecoy: person is null);
    }

    /// <summary>A code for the sign-in that is going on, and a way out for whoever is not signing in. The owner's address is confirmed.</summary>
    public void SignInCode(SsoDbContext database, HttpContext http, Person person, string code, TimeSpan life)
    {
        var (reader, brand) = (MailReader.Of(person), brands.For(http));
        var mail = reader.Mail(brand, "CodeSubject", reader.Text("CodeExplain", person.UserName!)) with
        {
            Code = (reader.Text("Code"), code),
            Facts = reader.Facts(http, clock.GetUtcNow()),
            Notes = [reader.Text("CodeLife", (int)Math.Ceiling(life.TotalMinutes))],
            NotYou = NotMe(database, reader, person, "CodeNotYou"),
        };
        queue.Enqueue(database, mail.To(person.Email!, brand.OfMails), life);
    }

    /// <summary>Tells the owner of the account what happened. Call it before the save of what it tells.</summary>
    /// <param name="method">Which of the methods it happened to; null where it is none or all of them.</param>
    public async Task TellAsync(
        SsoDbContext database, HttpContext http, Guid personId, MailNotice notice, CancellationToken cancellation, ProofMethod? method = null) =>
        Tell(database, http, await database.Users.SingleAsync(person => person.Id == personId, cancellation), notice, method);

    /// <summary>By mail, and by text on the numbers that take notices.</summary>
    public async Task TellAsync(
        SsoDbContext database, HttpContext http, Person person, MailNotice notice, TextNotice text, CancellationToken cancellation)
    {
        Tell(database, http, person, notice);
        await texts.TellAsync(database, person.Id, text, cancellation);
    }

    /// <inheritdoc cref="TellAsync(SsoDbContext, HttpContext, Guid, MailNotice, CancellationToken, ProofMethod?)"/>
    /// <param name="details">What the explanation of the notice names beside the account.</param>
    public void Tell(SsoDbContext database, HttpContext http, Person person, MailNotice notice, ProofMethod? method = null, params object[] details)
    {
        var reader = MailReader.Of(person);
        Tell(database, person, reader, notice, [.. reader.About(method), .. reader.Facts(http, clock.GetUtcNow())], brands.For(http), details);
    }

    private void Tell(
        SsoDbContext database, Person person, MailReader reader, MailNotice notice,
        (string Label, string Value)[] facts, Brand brand, object[] details)
    {
        if (person is not { Email: { } address, EmailConfirmed: true })
        {
            return;
        }

        var mail = reader.Mail(brand, notice + "Subject", reader.Text(notice + "Explain", [person.UserName!, .. details])) with
        {
            Facts = facts,
            Notes = [reader.Text("WasYou")],
            NotYou = NotMe(database, reader, person, "NotMe"),
        };
        queue.Enqueue(database, mail.To(address, brand.OfMails), NotMeLinkLifetime);
    }

    /// <summary>The same of what an operator did. Whoever was deleted since is not told.</summary>
    public async Task TellAsync(SsoDbContext database, OwedNotice owed, CancellationToken cancellation)
    {
        var (notice, text) = owed.Kind switch
        {
            OwedNoticeKind.PasswordChanged => (MailNotice.PasswordChanged, TextNotice.PasswordChanged),
            _ => (MailNotice.FactorRemoved, TextNotice.FactorRemoved),
        };
        if (await database.Users.SingleOrDefaultAsync(person => person.Id == owed.PersonId, cancellation) is { } person)
        {
            var reader = MailReader.Of(person);
            Tell(database, person, reader, notice, reader.ByOperator(owed.At), brands.For(http: null), []);
            await texts.TellAsync(database, person.Id, text, cancellation);
        }
    }

    /// <summary>Somebody asked to replace the lost second factors; the link stops it. It lives as long as the request.</summary>
    public void RecoveryRequested(SsoDbContext database, HttpContext http, Person person, FactorRecovery recovery)
    {
        var (reader, brand) = (MailReader.Of(person), brands.For(http));
        var mail = reader.Mail(
            brand, "RecoveryRequestedSubject", reader.Text("RecoveryRequestedExplain", person.UserName!), reader.Text("RecoveryRequestedWait")) with
        {
            Facts = [(reader.Text("RecoveryRequestedFrom"), reader.At(recovery.ReadyAt)), .. reader.Facts(http, clock.GetUtcNow(), "Asked")],
            Notes = [reader.Text("RecoveryRequestedFound")],
            NotYou = StopRecovery(database, reader, person, recovery),
        };
        queue.Enqueue(database, mail.To(person.Email!, brand.OfMails), recovery.ExpiresAt - clock.GetUtcNow());
    }

    /// <summary>The wait is over: the link to a new second factor, and once more the one that stops it. Saves; inside the transaction of its cause.</summary>
    /// <param name="http">Null when nobody asked at this moment.</param>
    public async Task RecoveryReadyAsync(SsoDbContext database, HttpContext? http, Guid personId, CancellationToken cancellation)
    {
        var person = await database.Users.SingleAsync(row => row.Id == personId, cancellation);
        var recovery = await database.FactorRecoveries.AsNoTracking().SingleAsync(row => row.PersonId == personId, cancellation);
        await database.MailedLinks.Where(link => link.PersonId == personId && link.Purpose == MailedLinkPurpose.OpenRecovery).ExecuteDeleteAsync(cancellation);
        RecoveryReady(database, http, person, recovery);
        await database.SaveChangesAsync(cancellation);
    }

    internal void RecoveryReady(SsoDbContext database, HttpContext? http, Person person, FactorRecovery recovery)
    {
        var (reader, brand) = (MailReader.Of(person, recovery.Language), brands.For(http));
        var life = recovery.ExpiresAt - clock.GetUtcNow();
        var secret = AddLink(database, person.Id, MailedLinkPurpose.OpenRecovery, life);
        var mail = reader.Mail(
            brand, "RecoveryReadySubject", reader.Text("RecoveryReadyExplain", person.UserName!), reader.Text("RecoveryReadyPassword")) with
        {
            Facts = [(reader.Text("RecoveryReadyUntil"), reader.At(recovery.ExpiresAt)), .. reader.Facts(http, clock.GetUtcNow(), "Asked")],
            Link = new(reader.Text("RecoveryReadyLink"), $"{sso.Issuer}/signin/recover?link={secret}"),
            Notes = [reader.Text("RecoveryReadyLife")],
            NotYou = StopRecovery(database, reader, person, recovery),
        };
        queue.Enqueue(database, mail.To(person.Email!, brand.OfMails), life);
    }

    /// <summary>
    /// Tells of a change of address or number with a link that undoes it. Null for an address that nobody proved: then nobody is told, because the link gives
    /// the account away.
    /// </summary>
    public void TellUndoable(SsoDbContext database, HttpContext http, Person person, MailNotice notice, Guid changeId, string? address)
    {
        if (address is null)
        {
            return;
        }

        var (reader, brand) = (MailReader.Of(person), brands.For(http));
        var secret = AddLink(database, person.Id, MailedLinkPurpose.UndoChange, ContactChange.UndoLifetime, changeId);
        var mail = reader.Mail(brand, notice + "Subject", reader.Text(notice + "Explain", person.UserName!)) with
        {
            Facts = reader.Facts(http, clock.GetUtcNow()),
            Notes = [reader.Text("WasYou")],
            NotYou = reader.NotYou(
                reader.Text("UndoNotYou", (int)ContactChange.UndoLifetime.TotalHours),
                new(reader.Text("UndoLink"), $"{sso.Issuer}/undo?link={secret}")),
        };
        queue.Enqueue(database, mail.To(address, brand.OfMails), ContactChange.UndoLifetime);
    }

    /// <summary>The link that proves a new address. With a decoy the same is written and never sent.</summary>
    public void ConfirmEmail(SsoDbContext database, HttpContext http, Person person, ContactChange change, bool isDecoy)
    {
        var (reader, brand) = (MailReader.Of(person), brands.For(http));
        var secret = AddLink(database, person.Id, MailedLinkPurpose.ConfirmEmail, ContactChange.ConfirmationLifetime, change.Id);
        var mail = reader.Mail(brand, "ConfirmEmailSubject", reader.Text("ConfirmEmailExplain", person.UserName!)) with
        {
            Facts = reader.Facts(http, clock.GetUtcNow()),
            Link = new(reader.Text("ConfirmEmailLink"), $"{sso.Issuer}/email/confirm?link={secret}"),
            Notes = [reader.Text("ConfirmEmailLife", (int)ContactChange.ConfirmationLifetime.TotalHours)],
            NotYou = reader.NotYou(reader.Text("ConfirmEmailNotYou")),
        };
        queue.Enqueue(database, mail.To(change.NewEmail!, brand.OfMails), ContactChange.ConfirmationLifetime, isDecoy);
    }

    /// <summary>To the owner of an address that somebody else asked for: that nothing was changed. Nothing in it is about that other person.</summary>
    public void AddressWanted(SsoDbContext database, HttpContext http, Person owner)
    {
        var (reader, brand) = (MailReader.Of(owner), brands.For(http));
        var mail = reader.Mail(brand, "AddressWantedSubject", reader.Text("AddressWantedExplain", owner.UserName!)) with
        {
            Facts = [(reader.Text("When"), reader.At(clock.GetUtcNow()))],
            Notes = [reader.Text("AddressWantedNothing")],
        };
        // As for a free address: one link, which nobody has, and one mail.
        AddLink(database, Guid.Empty, MailedLinkPurpose.ConfirmEmail, TimeSpan.Zero);
        queue.Enqueue(database, mail.To(owner.Email!, brand.OfMails), ContactChange.ConfirmationLifetime);
    }

    /// <summary>The account will be deleted; the link calls it off and lives until then.</summary>
    public void DeletionRequested(SsoDbContext database, HttpContext http, Person person, AccountDeletion deletion)
    {
        if (person is not { Email: { } address, EmailConfirmed: true })
        {
            return;
        }

        var (reader, brand, life) = (MailReader.Of(person), brands.For(http), deletion.DueAt - clock.GetUtcNow());
        var secret = AddLink(database, person.Id, MailedLinkPurpose.KeepAccount, life);
        var mail = reader.Mail(brand, "DeletionRequestedSubject", reader.Text("DeletionRequestedExplain", person.UserName!)) with
        {
            Facts = [(reader.Text("DeletionRequestedDue"), reader.At(deletion.DueAt)), .. reader.Facts(http, clock.GetUtcNow(), "Asked")],
            Link = new(reader.Text("DeletionRequestedLink"), $"{sso.Issuer}/account/keep?link={secret}"),
            NotYou = reader.NotYou(reader.Text("DeletionRequestedNotYou")),
        };
        queue.Enqueue(database, mail.To(address, brand.OfMails), life);
    }

    /// <summary>The last mail of all.</summary>
    public void Deleted(SsoDbContext database, Person person, AccountDeletion deletion)
    {
        if (person is not { Email: { } address, EmailConfirmed: true })
        {
            return;
        }

        var (reader, brand) = (MailReader.Of(person, deletion.Language), brands.For(http: null));
        var mail = reader.Mail(brand, "DeletedSubject", reader.Text("DeletedExplain", person.UserName!));
        queue.Enqueue(database, mail.To(address, brand.OfMails), NotMeLinkLifetime);
    }

    /// <summary>An application asks for the person, who answers in the account area; whoever ignores it has refused.</summary>
    public void AccessAsked(SsoDbContext database, HttpContext http, Person person, string clientName, string? bindingMessage, TimeSpan life)
    {
        if (person is not { Email: { } address, EmailConfirmed: true })
        {
            return;
        }

        var (reader, brand) = (MailReader.Of(person), brands.For(http));
        var mail = reader.Mail(brand, "AccessAskedSubject", reader.Text("AccessAskedExplain", clientName, person.UserName!)) with
        {
            Facts =
            [
                (reader.Text("Application"), clientName),
                .. bindingMessage is null ? ((string, string)[])[] : [(reader.Text("AccessAskedMessage"), bindingMessage)],
                (reader.Text("When"), reader.At(clock.GetUtcNow())),
            ],
            Link = new(reader.Text("AccessAskedLink"), $"{sso.Issuer}/account/requests"),
            Notes = [reader.Text("AccessAskedLife", (int)Math.Ceiling(life.TotalMinutes))],
            NotYou = reader.NotYou(reader.Text("AccessAskedNotYou")),
        };
        queue.Enqueue(database, mail.To(address, brand.OfMails), life);
    }

    private string AddLink(SsoDbContext database, Guid personId, MailedLinkPurpose purpose, TimeSpan life, Guid? changeId = null) =>
        database.AddLink(personId, purpose, life, clock.GetUtcNow(), changeId);

    private MailAside NotMe(SsoDbContext database, MailReader reader, Person person, string text)
    {
        var secret = AddLink(database, person.Id, MailedLinkPurpose.NotMe, NotMeLinkLifetime);
        return reader.NotYou(reader.Text(text), new(reader.Text("NotMeLink"), $"{sso.Issuer}/not-me?link={secret}"));
    }

    private MailAside StopRecovery(SsoDbContext database, MailReader reader, Person person, FactorRecovery recovery)
    {
        var secret = AddLink(database, person.Id, MailedLinkPurpose.StopRecovery, recovery.ExpiresAt - clock.GetUtcNow());
        return reader.NotYou(
            reader.Text("RecoveryStopNotYou"), new(reader.Text("RecoveryStopLink"), $"{sso.Issuer}/signin/recover/stop?link={secret}"));
    }
}
