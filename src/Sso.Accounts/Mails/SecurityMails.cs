using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Visits;
using Sso.Admin.Brands;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Delivery.Mail;
using Sso.Protocol;

namespace Sso.Accounts.Mails;

/// <summary>
/// Writes the mails of <see cref="MailTable"/> in the person's language, in the transaction of what they report. To be called before that
/// is saved.
/// </summary>
public sealed class SecurityMails(MailQueue queue, NoticeTexts texts, IIssuerName issuer, BrandDirectory brands, TimeProvider clock)
{
    public static readonly TimeSpan ResetLinkLifetime = TimeSpan.FromMinutes(30);
    public static readonly TimeSpan InvitationLifetime = TimeSpan.FromDays(7);
    public static readonly TimeSpan NotMeLinkLifetime = TimeSpan.FromHours(72);

    /// <summary>Whoever tries something waits for it.</summary>
    public static readonly TimeSpan TestLifetime = TimeSpan.FromHours(2);

    /// <param name="visit">Null if nobody is there.</param>
    /// <param name="person">Null for nobody, to whom the same is written as to anybody else.</param>
    public void Tell<TAbout>(SsoDbContext database, Visit? visit, Person? person, MailRow<TAbout> mail, TAbout about)
    {
        var (reader, now) = (MailReader.Of(person, mail.Language(about)), clock.GetUtcNow());
        Write(database, visit, reader, person, mail, about, now, when => reader.Facts(visit, now, when));
    }

    public void Tell(SsoDbContext database, Visit visit, Person person, MailRow<Nothing> mail) =>
        Tell(database, visit, person, mail, default);

    public async Task TellAsync<TAbout>(
        SsoDbContext database, Visit visit, Guid personId, MailRow<TAbout> mail, TAbout about, CancellationToken cancellation) =>
        Tell(database, visit, await database.Users.SingleAsync(person => person.Id == personId, cancellation), mail, about);

    public Task TellAsync(SsoDbContext database, Visit visit, Guid personId, MailRow<Nothing> mail, CancellationToken cancellation) =>
        TellAsync(database, visit, personId, mail, default, cancellation);

    /// <summary>By mail, and by text to the numbers that get notices.</summary>
    public async Task TellAsync(
        SsoDbContext database, Visit visit, Person person, MailRow<Nothing> mail, TextNotice text, CancellationToken cancellation)
    {
        Tell(database, visit, person, mail);
        await texts.TellAsync(database, person.Id, text, cancellation);
    }

    /// <summary>What an operator did: their browser and address are none of the owner's business.</summary>
    public void TellOfOperator<TAbout>(SsoDbContext database, Person person, MailRow<TAbout> mail, TAbout about, DateTimeOffset at)
    {
        var reader = MailReader.Of(person);
        Write(database, visit: null, reader, person, mail, about, clock.GetUtcNow(), when => reader.ByOperator(at, when));
    }

    /// <summary>The same for what is owed. People who have been deleted since are not told.</summary>
    public async Task TellAsync(SsoDbContext database, OwedNotice owed, CancellationToken cancellation)
    {
        if (await database.Users.SingleOrDefaultAsync(person => person.Id == owed.PersonId, cancellation) is not { } person)
        {
            return;
        }

        switch (owed.Kind)
        {
            case OwedNoticeKind.PasswordChanged:
                TellOfOperator(database, person, MailTable.PasswordChanged, default, owed.At);
                await texts.TellAsync(database, person.Id, TextNotice.PasswordChanged, cancellation);
                break;
            case OwedNoticeKind.FactorRemoved:
                TellOfOperator(database, person, MailTable.FactorRemoved, about: null, owed.At);
                await texts.TellAsync(database, person.Id, TextNotice.FactorRemoved, cancellation);
                break;
            case OwedNoticeKind.Unlocked:
                TellOfOperator(database, person, MailTable.Unlocked, default, owed.At);
                break;
            case OwedNoticeKind.SignedOut:
                TellOfOperator(database, person, MailTable.SignedOutByOperator, default, owed.At);
                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>The link to a new second factor; a newer one voids the older. Saves; inside the transaction of its cause.</summary>
    /// <param name="visit">Null if nobody asked at this moment.</param>
    public async Task RecoveryReadyAsync(SsoDbContext database, Visit? visit, Guid personId, CancellationToken cancellation)
    {
        var person = await database.Users.SingleAsync(row => row.Id == personId, cancellation);
        var recovery = await database.FactorRecoveries.AsNoTracking().SingleAsync(row => row.PersonId == personId, cancellation);
        await database.MailedLinks.Where(link => link.PersonId == personId && link.Purpose == MailedLinkPurpose.OpenRecovery)
            .ExecuteDeleteAsync(cancellation);
        Tell(database, visit, person, MailTable.RecoveryReady, recovery);
        await database.SaveChangesAsync(cancellation);
    }

    /// <summary>The brand of the page that caused it; a mail that leaves when nobody is there has the brand of the configuration.</summary>
    private Brand BrandOf(Visit? visit) => visit?.Brand ?? brands.Usual;

    private void Write<TAbout>(
        SsoDbContext database, Visit? visit, MailReader reader, Person? person, MailRow<TAbout> mail, TAbout about,
        DateTimeOffset now, Func<string, (string Label, string Value)[]> circumstances)
    {
        var brand = BrandOf(mail.IsOfServer ? null : visit);
        var draft = new MailDraft<TAbout>(database, reader, brand, circumstances, person, about, issuer.Value, now);
        if (mail.To(draft) is { } address)
        {
            queue.Enqueue(database, mail.Content(draft).To(address, brand.OfMails), mail.Life(draft), mail.IsDecoy(draft));
        }
    }
}
