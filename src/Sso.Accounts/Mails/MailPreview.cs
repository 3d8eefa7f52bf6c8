using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.People;
using Sso.Delivery.Mail;
using Sso.Accounts.Visits;

namespace Sso.Accounts.Mails;

/// <summary>Every mail as it would be written to an invented person, for the developers' page: the rows are never saved.</summary>
public sealed class MailPreview(SecurityMails mails, MailQueue queue, IDbContextFactory<SsoDbContext> contexts, TimeProvider clock)
{
    public IReadOnlyList<MailMessage> Write(Visit visit, string language)
    {
        using var database = contexts.CreateDbContext();
        var sample = new MailSample(language, clock.GetUtcNow());
        foreach (var mail in MailTable.All)
        {
            mail.WriteSample(mails, database, visit, sample);
        }

        return queue.Unsaved(database);
    }
}

/// <summary>The invented person, and what may happen to her.</summary>
public sealed class MailSample(string language, DateTimeOffset now)
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
        ReadyAt = now.AddDays(1),
        ExpiresAt = now.AddDays(4),
        Language = language,
    };

    public AccountDeletion Deletion { get; } =
        new() { PersonId = Guid.Empty, RequestedAt = now, DueAt = now.AddDays(7), Language = language };

    public ContactChange Change { get; } = new()
    {
        Id = Guid.Empty,
        PersonId = Guid.Empty,
        Kind = ContactKind.Email,
        CreatedAt = now,
        NewEmail = "anna.nuova@example.com",
    };
}
