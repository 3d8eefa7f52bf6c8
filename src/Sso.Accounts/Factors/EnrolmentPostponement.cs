using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Sessions;

namespace Sso.Accounts.Factors;

/// <summary>"Not now": one of the sign-ins that a client's grace allows without a second factor.</summary>
public sealed class EnrolmentPostponement(SsoDbContext database)
{
    public async Task PostponeAsync(SignInRow signIn, CancellationToken cancellation)
    {
        var session = await database.Sessions.SingleAsync(row => row.Id == signIn.SessionId, cancellation);
        if (session.EnrolmentPostponed)
        {
            return;
        }

        session.PostponeEnrolment();
        (await database.Users.SingleAsync(row => row.Id == signIn.PersonId, cancellation)).SignedInWithoutSecondFactor();
        await database.SaveChangesAsync(cancellation);
    }
}
