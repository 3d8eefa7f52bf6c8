using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.People;
using Sso.Delivery.Mail;
using Sso.Protocol.Authorization;

namespace Sso.Server.Mails;

/// <summary>Every mail as it would be written to an invented person, for the page of the developers: the rows are never saved.</summary>
public sealed class MailPreview(SecurityMails mails, MailQueue queue, IDbContextFactory<SsoDbContext> contexts, TimeProvider clock)
{
    private static readonly MailNotice[] Undoable =
    [
        MailNotice.EmailChanged, MailNotice.NumberChanged, MailNotice.NumberRemoved,
        MailNotice.NumberNotForSignIn, MailNotice.NumberNotForNotices,
    ];

    private static readonly MailNotice[] Methodical =
        [MailNotice.FactorAdded, MailNotice.FactorRemoved, MailNotice.FactorsReplaced, MailNotice.FactorShut];

    public IReadOnlyList<MailMessage> Write(HttpContext http, string language)
    {
        using var database = contexts.CreateDbContext();
        var anna = Anna(language);
        mails.ResetPassword(database, http, anna, anna.UserName!);
        mails.SignInCode(database, http, anna, "123456", TimeSpan.FromMinutes(10));
        mails.AccessAsked(database, http, anna, "Area Clienti", "Ordine 4711", TimeSpan.FromMinutes(10));
        var now = clock.GetUtcNow();
        var recovery = new FactorRecovery
        {
            PersonId = anna.Id,
            RequestedAt = now,
            ReadyAt = now.AddDays(1),
            ExpiresAt = now.AddDays(4),
            Language = language,
        };
        mails.RecoveryRequested(database, http, anna, recovery);
        mails.RecoveryReady(database, http, anna, recovery);
        var deletion = new AccountDeletion { PersonId = anna.Id, RequestedAt = now, DueAt = now.AddDays(7), Language = language };
        mails.DeletionRequested(database, http, anna, deletion);
        mails.Deleted(database, anna, deletion);
        var change = new ContactChange
        {
            Id = Guid.Empty,
            PersonId = anna.Id,
            Kind = ContactKind.Email,
            CreatedAt = now,
            NewEmail = "anna.nuova@example.com",
        };
        mails.ConfirmEmail(database, http, anna, change, isDecoy: false);
        mails.AddressWanted(database, http, anna);
        foreach (var notice in Enum.GetValues<MailNotice>())
        {
            if (Undoable.Contains(notice))
            {
                mails.TellUndoable(database, http, anna, notice, change.Id, anna.Email);
            }
            else
            {
                mails.Tell(database, http, anna, notice, Methodical.Contains(notice) ? ProofMethod.AuthenticatorApp : null, "5");
            }
        }

        return queue.Unsaved(database);
    }

    private static Person Anna(string language) => new()
    {
        Id = Guid.Empty,
        UserName = "anna",
        Email = "anna@example.com",
        EmailConfirmed = true,
        Locale = language,
        ZoneInfo = "Europe/Rome",
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
    };
}
