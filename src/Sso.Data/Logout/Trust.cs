using Microsoft.EntityFrameworkCore;
using Sso.Data.People;
using Sso.Protocol;
using Sso.Protocol.Authorization;

namespace Sso.Data.Logout;

/// <summary>
/// What by itself ends the trust in browsers: a change of the sign-in methods. (A sign-out everywhere ends it too, with everything else:
/// see <see cref="SignOutEverywhere"/>.) A session that rests on the trust, because nothing but the trust stood for its second factor, ends
/// with it.
/// </summary>
public static class Trust
{
    /// <summary>
    /// A method was added, removed or replaced, or recovery codes were made: every browser has to prove a second factor again. To be called
    /// inside the transaction of its cause.
    /// </summary>
    public static Task MethodsChangedAsync(this SsoDbContext database, Guid personId, DateTimeOffset now, CancellationToken cancellation) =>
        database.EndTrustAsync(personId, only: null, "methods changed", now, cancellation);

    /// <summary>True if there was trust to end. To be called inside the transaction of its cause.</summary>
    /// <param name="only">One device; null for all.</param>
    public static async Task<bool> EndTrustAsync(
        this SsoDbContext database, Guid personId, Guid? only, string because, DateTimeOffset now, CancellationToken cancellation)
    {
        await database.HoldPersonAsync(personId, cancellation);
        if (await database.TrustedDevices.Where(device => device.PersonId == personId && (only == null || device.Id == only))
            .ExecuteDeleteAsync(cancellation) == 0)
        {
            return false;
        }

        var living = await database.Sessions.AsNoTracking().Where(session => session.PersonId == personId && session.EndedAt == null)
            .Select(session => new { session.Id, session.Proofs }).ToListAsync(cancellation);
        foreach (var session in living.Where(session => session.Proofs.Any(proof => proof.RestsOn(only))
            && !session.Proofs.Any(proof => ProofMethods.SecondFactors.Contains(proof.Method))))
        {
            await database.EndSessionAsync(personId, session.Id, because, now, cancellation);
        }

        return true;
    }

    private static bool RestsOn(this Proof proof, Guid? device) =>
        proof.Method == ProofMethod.TrustedDevice && (device is null || proof.DeviceId == device);
}
