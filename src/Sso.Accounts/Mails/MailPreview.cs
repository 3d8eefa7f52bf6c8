using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.People;
using Sso.Delivery.Mail;
using Sso.Accounts.Visits;

namespace Sso.Accounts.Mails;

/// <summary>Mails as they would be written to an invented person, for whoever wants to see them: the rows are never saved.</summary>
public sealed class MailPreview(
    SecurityMails mails, MailQueue queue, IDbContextFactory<SsoDbContext> contexts, SignInOptions options, TimeProvider clock)
{
    /// <summary>Every mail.</summary>
    public IReadOnlyList<MailMessage> Write(Visit visit, string language) => Write(visit, language, MailTable.All);

    public MailMessage Write(Visit visit, string language, MailRow mail) => Write(visit, language, [mail])[0];

    private IReadOnlyList<MailMessage> Write(Visit visit, string language, IReadOnlyList<MailRow> rows)
    {
        using var database = contexts.CreateDbContext();
        var sample = new MailSample(language, options, clock.GetUtcNow());
        foreach (var mail in rows)
        {
            mail.WriteSample(mails, database, visit, sample);
        }

        return queue.Unsaved(database);
    }
}

/// <summary>The invented person, and what may happen to her, with the waits of this installation.</summary>
public sealed class MailSample(string language, SignInOptions options, DateTimeOffset now)
{
    public Person Anna { get; } = new()
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

    public FactorRecovery Recovery { get; } = new()
    {
        PersonId = Guid.Empty,
        RequestedAt = now,
        ReadyAt = now + options.LostFactorWait,
        ExpiresAt = now + options.LostFactorWait + FactorRecovery.Window,
        Language = language,
    };

    public AccountDeletion Deletion { get; } =
        new() { PersonId = Guid.Empty, RequestedAt = now, DueAt = now + options.AccountDeletionWait, Language = language };

    public ContactChange Change { get; } = new()
    {
        Id = Guid.Empty,
        PersonId = Guid.Empty,
        Kind = ContactKind.Email,
        CreatedAt = now,
        NewEmail = "anna.nuova@example.com",
    };
}
