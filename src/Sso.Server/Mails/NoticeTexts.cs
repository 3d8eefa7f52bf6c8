using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Delivery;
using Sso.Delivery.Routes;
using Sso.Server.Http;

namespace Sso.Server.Mails;

/// <summary>
/// Notices by text, beside the mails: to the numbers that their owner lets be told, in the person's language, without
/// code, link or personal data. Written in the transaction of what they tell; the send limits are asked when they leave,
/// so a call here never fails for them.
/// </summary>
public sealed class NoticeTexts(TextQueue queue, MessageRoutes routes, Sealer sealer)
{
    /// <summary>Call it before the save of what it tells.</summary>
    /// <param name="except">A number that is not told, because it is told something else.</param>
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

    /// <summary>One number whatever it serves: that it was changed or removed is told to itself.</summary>
    public void Tell(SsoDbContext database, Person person, SecondFactor number, TextNotice notice)
    {
        if (routes.Any)
        {
            queue.EnqueueNotice(
                database, person.Id, sealer.UnprotectText(number.Context, number.Protected), notice,
                Languages.Of(person).TwoLetterISOLanguageName);
        }
    }
}
