using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Data.Sessions;
using Sso.Delivery;

namespace Sso.Accounts.Contacts;

/// <summary>A verified number as its owner sees it, masked and on one line.</summary>
public sealed record NumberView(Guid Id, string Masked, bool ForSignIn, bool ForNotices, DateTimeOffset VerifiedAt);

/// <summary>How a person can be reached.</summary>
/// <param name="WaitingEmail">A new address whose link has not been used yet.</param>
public sealed record ContactsView(string? Email, bool EmailConfirmed, string? WaitingEmail, IReadOnlyList<NumberView> Numbers);

/// <summary>The verified contacts of the viewer.</summary>
public sealed class ContactOverview(SsoDbContext database, Sealer sealer, TimeProvider clock)
{
    public async Task<ContactsView> LoadAsync(SignInRow signIn, CancellationToken cancellation)
    {
        var person = await database.Users.AsNoTracking().SingleAsync(row => row.Id == signIn.PersonId, cancellation);
        var waiting = await database.PendingEmail(person.Id, clock.GetUtcNow())
            .Select(change => change.NewEmail).FirstOrDefaultAsync(cancellation);
        return new(person.Email, person.EmailConfirmed, waiting, await NumbersAsync(person.Id, cancellation));
    }

    /// <summary>In the order in which they were added.</summary>
    private async Task<IReadOnlyList<NumberView>> NumbersAsync(Guid personId, CancellationToken cancellation)
    {
        var numbers = await database.VerifiedNumbers(personId).AsNoTracking().OrderBy(number => number.CreatedAt).ToListAsync(cancellation);
        return
        [
            .. numbers.Select(number => new NumberView(
                number.Id, PhoneNumber.FromStored(number.NumberBy(sealer)).Masked.Replace(' ', '\u00A0'),
                number.UsedForSignIn, number.UsedForNotices, number.ActivatedAt!.Value)),
        ];
    }
}
