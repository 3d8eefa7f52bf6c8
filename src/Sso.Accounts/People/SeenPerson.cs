using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Protocol;

namespace Sso.Accounts.People;

/// <summary>
/// An act of a program on a person as it has seen them: nobody may have changed them since. Whoever has a role in the console is beyond the
/// reach of programs, so that a stolen key opens no way to the console.
/// </summary>
public sealed class SeenPerson(SsoDbContext database, TimeProvider clock)
{
    /// <param name="sub">Whom it is about.</param>
    /// <param name="isSeen">True if the caller means the person as they are now.</param>
    /// <param name="act">What is done, in the same transaction.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    public Task<Result<PersonProfile, Refusal>> ActAsync<T>(
        string sub, Func<PersonProfile, bool> isSeen, Func<PersonProfile, Task<Result<T, Refusal>>> act, CancellationToken cancellation)
        where T : class =>
        database.AllOrNothingAsync<PersonProfile>(
            async () =>
            {
                if (!Guid.TryParseExact(sub, "N", out var id)
                    || !await database.Users.AnyAsync(person => person.Id == id, cancellation))
                {
                    return OperatorActs.NotFound(sub);
                }

                // Before the person, as everywhere; and whoever gives a role waits here.
                await database.LockNamesAsync(cancellation);
                var seen = PersonProfile.Of(await database.LockPersonAsync(id, cancellation));
                if (await database.Administrators.AnyAsync(row => row.PersonId == id, cancellation))
                {
                    return Refusal.Denied(
                        "sub", "This person has a role in the console, and no program changes them.", "Take the role away first.");
                }

                if (!isSeen(seen))
                {
                    return Refusal.Stale("sub", "This person was changed since you read them.");
                }

                if ((await act(seen)).Failed(out var refusal, out _))
                {
                    return refusal;
                }

                await database.SaveChangesAsync(cancellation);
                var now = await database.Users.AsNoTracking().SingleOrDefaultAsync(person => person.Id == id, cancellation);
                return now is null ? seen : (await PersonProfile.OfAsync([now], database, clock.GetUtcNow(), cancellation))[0];
            },
            cancellation);
}
