using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Localization;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Delivery;
using Sso.Delivery.Routes;

namespace Sso.Accounts.Mails;

/// <summary>
/// Notices by text, besides the mails: to the numbers that their owner wants notified, in the person's language, without code, link or
/// personal data. Written in the transaction of what they report; the send limits are asked when they leave, so a call here never fails
/// because of them.
/// </summary>
public sealed class NoticeTexts(TextQueue queue, MessageRoutes routes, Sealer sealer)
{
    /// <summary>To be called before saving what it reports.</summary>
    /// <param name="except">A number that is left out, because it is told something else.</param>
    public async Task TellAsync(
        SsoDbContext database, Guid personId, TextNotice notice, CancellationToken cancellation, Guid? except = null)
    {
        if (!routes.Any)
        {
            return;
        }

        var numbers = await database.VerifiedNumbers(personId).AsNoTracking()
            .Where(number => number.UsedForNotices && number.Id != except).ToListAsync(cancellation);
        if (numbers.Count == 0)
        {
            return;
        }

        var person = await database.Users.SingleAsync(row => row.Id == personId, cancellation);
        foreach (var number in numbers)
        {
            Tell(database, person, number, notice);
        }
    }

    /// <summary>Tells one number, whatever it is used for, that it was itself changed or removed.</summary>
    public void Tell(SsoDbContext database, Person person, SecondFactor number, TextNotice notice)
    {
        if (routes.Any)
        {
            queue.EnqueueNotice(
                database, person.Id, number.NumberBy(sealer), notice,
                Languages.Of(person).TwoLetterISOLanguageName);
        }
    }
}
