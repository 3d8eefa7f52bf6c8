using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Delivery.Mail;
using Sso.Server.Brands;
using Sso.Server.Http;
using Sso.Server.Pages.Shared;
using static Sso.Server.Mails.MailTexts;

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
        var language = Languages.Of(person);
        var secret = AddLink(
            database, person?.Id ?? MailedLink.NobodyNamed(typed), MailedLinkPurpose.ResetPassword, person is null ? TimeSpan.Zero : ResetLinkLifetime);
        var mail = new MailContent
        {
            Subject = Text(language, "ResetSubject"),
            Language = language.Name,
            Paragraphs = [Text(language, "ResetExplain", person?.UserName ?? typed)],
            Facts = Facts(language, http, clock.GetUtcNow()),
            Link = (Text(language, "ResetLink"), $"{sso.Issuer}/password/reset?link={secret}"),
            Closing = [Text(language, "ResetLife", (int)ResetLinkLifetime.TotalMinutes), Text(language, "ResetNotYou")],
        };
        queue.Enqueue(database, mail.To(person?.Email ?? typed, brands.For(http).OfMails), ResetLinkLifetime, isDecoy: person is null);
    }

    /// <summary>A code for the sign-in that is going on, and a way out for whoever is not signing in. The owner's address is confirmed.</summary>
    public void SignInCode(SsoDbContext database, HttpContext http, Person person, string code, TimeSpan life)
    {
        var language = Languages.Of(person);
        var secret = AddLink(database, person.Id, MailedLinkPurpose.NotMe, NotMeLinkLifetime);
        var mail = new MailContent
        {
            Subject = Text(language, "CodeSubject"),
            Language = language.Name,
            Paragraphs = [Text(language, "CodeExplain", person.UserName!)],
            Facts = [(Text(language, "Code"), code), .. Facts(language, http, clock.GetUtcNow())],
            Link = (Text(language, "NotMeLink"), $"{sso.Issuer}/not-me?link={secret}"),
            Closing = [Text(language, "CodeLife", (int)Math.Ceiling(life.TotalMinutes))],
        };
        queue.Enqueue(database, mail.To(person.Email!, brands.For(http).OfMails), life);
    }

    /// <summary>Tells the owner of the account what happened. Call it before the save of what it tells, and <see cref="Send"/> after it.</summary>
    public async Task TellAsync(SsoDbContext database, HttpContext http, Guid personId, MailNotice notice, CancellationToken cancellation) =>
        Tell(database, http, await database.Users.SingleAsync(person => person.Id == personId, cancellation), notice);

    /// <summary>By mail, and by text on the numbers that take notices.</summary>
    public async Task TellAsync(
        SsoDbContext database, HttpContext http, Person person, MailNotice notice, TextNotice text, CancellationToken cancellation)
    {
        Tell(database, http, person, notice);
        await texts.TellAsync(database, person.Id, text, cancellation);
    }

    /// <param name="details">What the explanation of the notice names beside the account.</param>
    public void Tell(SsoDbContext database, HttpContext http, Person person, MailNotice notice, params object[] details) =>
        Tell(database, person, notice, Facts(Languages.Of(person), http, clock.GetUtcNow()), brands.For(http), details);

    private void Tell(
        SsoDbContext database, Person person, MailNotice notice, (string Label, string Value)[] facts, Brand brand, object[] details)
    {
        if (person is not { Email: { } address, EmailConfirmed: true })
        {
            return;
        }

        var language = Languages.Of(person);
        var secret = AddLink(database, person.Id, MailedLinkPurpose.NotMe, NotMeLinkLifetime);
        var mail = new MailContent
        {
            Subject = Text(language, notice + "Subject"),
            Language = language.Name,
            Paragraphs = [Text(language, notice + "Explain", [person.UserName!, .. details])],
            Facts = facts,
            Link = (Text(language, "NotMeLink"), $"{sso.Issuer}/not-me?link={secret}"),
            Closing = [Text(language, "WasYou")],
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
            Tell(database, person, notice, ByOperator(Languages.Of(person), owed.At), brands.For(http: null), []);
            await texts.TellAsync(database, person.Id, text, cancellation);
        }
    }

    /// <summary>Somebody asked to replace the lost second factors; the link stops it. It lives as long as the request.</summary>
    public void RecoveryRequested(SsoDbContext database, HttpContext http, Person person, FactorRecovery recovery)
    {
        var language = Languages.Of(person);
        var mail = new MailContent
        {
            Subject = Text(language, "RecoveryRequestedSubject"),
            Language = language.Name,
            Paragraphs = [Text(language, "RecoveryRequestedExplain", person.UserName!), Text(language, "RecoveryRequestedWait", recovery.ReadyAt.Instant())],
            Facts = Facts(language, http, clock.GetUtcNow()),
            Link = (Text(language, "RecoveryStopLink"), StopLink(database, person, recovery)),
            Closing = [Text(language, "RecoveryRequestedFound")],
        };
        queue.Enqueue(database, mail.To(person.Email!, brands.For(http).OfMails), recovery.ExpiresAt - clock.GetUtcNow());
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
        var (language, life) = (CultureInfo.GetCultureInfo(recovery.Language), recovery.ExpiresAt - clock.GetUtcNow());
        var secret = AddLink(database, person.Id, MailedLinkPurpose.OpenRecovery, life);
        var mail = new MailContent
        {
            Subject = Text(language, "RecoveryReadySubject"),
            Language = language.Name,
            Paragraphs = [Text(language, "RecoveryReadyExplain", person.UserName!), Text(language, "RecoveryReadyPassword")],
            Facts = Facts(language, http, clock.GetUtcNow()),
            Link = (Text(language, "RecoveryReadyLink"), $"{sso.Issuer}/signin/recover?link={secret}"),
            OtherLink = (Text(language, "RecoveryStopLink"), StopLink(database, person, recovery)),
            Closing = [Text(language, "RecoveryReadyLife", recovery.ExpiresAt.Instant())],
        };
        queue.Enqueue(database, mail.To(person.Email!, brands.For(http).OfMails), life);
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

        var language = Languages.Of(person);
        var secret = AddLink(database, person.Id, MailedLinkPurpose.UndoChange, ContactChange.UndoLifetime, changeId);
        var mail = new MailContent
        {
            Subject = Text(language, notice + "Subject"),
            Language = language.Name,
            Paragraphs = [Text(language, notice + "Explain", person.UserName!)],
            Facts = Facts(language, http, clock.GetUtcNow()),
            Link = (Text(language, "UndoLink"), $"{sso.Issuer}/undo?link={secret}"),
            Closing = [Text(language, "UndoLife", (int)ContactChange.UndoLifetime.TotalHours), Text(language, "WasYou")],
        };
        queue.Enqueue(database, mail.To(address, brands.For(http).OfMails), ContactChange.UndoLifetime);
    }

    /// <summary>The link that proves a new address. With a decoy the same is written and never sent.</summary>
    public void ConfirmEmail(SsoDbContext database, HttpContext http, Person person, ContactChange change, bool isDecoy)
    {
        var language = Languages.Of(person);
        var secret = AddLink(database, person.Id, MailedLinkPurpose.ConfirmEmail, ContactChange.ConfirmationLifetime, change.Id);
        var mail = new MailContent
        {
            Subject = Text(language, "ConfirmEmailSubject"),
            Language = language.Name,
            Paragraphs = [Text(language, "ConfirmEmailExplain", person.UserName!)],
            Facts = Facts(language, http, clock.GetUtcNow()),
            Link = (Text(language, "ConfirmEmailLink"), $"{sso.Issuer}/email/confirm?link={secret}"),
            Closing = [Text(language, "ConfirmEmailLife", (int)ContactChange.ConfirmationLifetime.TotalHours), Text(language, "ConfirmEmailNotYou")],
        };
        queue.Enqueue(database, mail.To(change.NewEmail!, brands.For(http).OfMails), ContactChange.ConfirmationLifetime, isDecoy);
    }

    /// <summary>To the owner of an address that somebody else asked for: that nothing was changed. Nothing in it is about that other person.</summary>
    public void AddressWanted(SsoDbContext database, HttpContext http, Person owner)
    {
        var language = Languages.Of(owner);
        var mail = new MailContent
        {
            Subject = Text(language, "AddressWantedSubject"),
            Language = language.Name,
            Paragraphs = [Text(language, "AddressWantedExplain", owner.UserName!)],
            Facts = [(Text(language, "When"), clock.GetUtcNow().Instant())],
            Closing = [Text(language, "AddressWantedNothing")],
        };
        // As for a free address: one link, which nobody has, and one mail.
        AddLink(database, Guid.Empty, MailedLinkPurpose.ConfirmEmail, TimeSpan.Zero);
        queue.Enqueue(database, mail.To(owner.Email!, brands.For(http).OfMails), ContactChange.ConfirmationLifetime);
    }

    /// <summary>The account will be deleted; the link calls it off and lives until then.</summary>
    public void DeletionRequested(SsoDbContext database, HttpContext http, Person person, AccountDeletion deletion)
    {
        if (person is not { Email: { } address, EmailConfirmed: true })
        {
            return;
        }

        var (language, life) = (Languages.Of(person), deletion.DueAt - clock.GetUtcNow());
        var secret = AddLink(database, person.Id, MailedLinkPurpose.KeepAccount, life);
        var mail = new MailContent
        {
            Subject = Text(language, "DeletionRequestedSubject"),
            Language = language.Name,
            Paragraphs = [Text(language, "DeletionRequestedExplain", person.UserName!, deletion.DueAt.Instant())],
            Facts = Facts(language, http, clock.GetUtcNow()),
            Link = (Text(language, "DeletionRequestedLink"), $"{sso.Issuer}/account/keep?link={secret}"),
            Closing = [Text(language, "DeletionRequestedUntil")],
        };
        queue.Enqueue(database, mail.To(address, brands.For(http).OfMails), life);
    }

    /// <summary>The last mail of all.</summary>
    public void Deleted(SsoDbContext database, Person person, AccountDeletion deletion)
    {
        if (person is not { Email: { } address, EmailConfirmed: true })
        {
            return;
        }

        var language = CultureInfo.GetCultureInfo(deletion.Language);
        var mail = new MailContent
        {
            Subject = Text(language, "DeletedSubject"),
            Language = language.Name,
            Paragraphs = [Text(language, "DeletedExplain", person.UserName!)],
        };
        queue.Enqueue(database, mail.To(address, brands.For(http: null).OfMails), NotMeLinkLifetime);
    }

    /// <summary>An application asks for the person, who answers in the account area; whoever ignores it has refused.</summary>
    public void AccessAsked(SsoDbContext database, HttpContext http, Person person, string clientName, string? bindingMessage, TimeSpan life)
    {
        if (person is not { Email: { } address, EmailConfirmed: true })
        {
            return;
        }

        var language = Languages.Of(person);
        var mail = new MailContent
        {
            Subject = Text(language, "AccessAskedSubject"),
            Language = language.Name,
            Paragraphs = [Text(language, "AccessAskedExplain", clientName, person.UserName!)],
            Facts = bindingMessage is null ? [] : [(Text(language, "AccessAskedMessage"), bindingMessage)],
            Link = (Text(language, "AccessAskedLink"), $"{sso.Issuer}/account/requests"),
            Closing = [Text(language, "AccessAskedLife", (int)Math.Ceiling(life.TotalMinutes))],
        };
        queue.Enqueue(database, mail.To(address, brands.For(http).OfMails), life);
    }

    /// <summary>What was written is saved: it may leave.</summary>
    public void Send()
    {
        queue.Wake();
        texts.Send();
    }

    /// <summary>
    /// The same where whether there is a mail at all must not be told by the time of the answer (S65): the work on it begins when the answer has arrived.
    /// </summary>
    public void SendAfterAnswer(HttpContext http) => http.Response.OnCompleted(() =>
    {
        // Not awaited: the connection of the answer is free at once.
        _ = Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System).ContinueWith(_ => Send(), TaskScheduler.Default);
        return Task.CompletedTask;
    });

    private string AddLink(SsoDbContext database, Guid personId, MailedLinkPurpose purpose, TimeSpan life, Guid? changeId = null) =>
        database.AddLink(personId, purpose, life, clock.GetUtcNow(), changeId);

    private string StopLink(SsoDbContext database, Person person, FactorRecovery recovery) =>
        $"{sso.Issuer}/signin/recover/stop?link={AddLink(database, person.Id, MailedLinkPurpose.StopRecovery, recovery.ExpiresAt - clock.GetUtcNow())}";
}
