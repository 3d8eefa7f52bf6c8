using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Limits;
using Sso.Data;
using Sso.Data.People;
using Sso.Data.Sessions;

namespace Sso.Accounts.SignIn;

/// <summary>What comes before a password is looked at: whose it would be, and whether anybody may try it now.</summary>
public sealed class PasswordAttempts(SsoDbContext database, Throttle throttle)
{
    /// <summary>Counts the attempt as failed until it is released.</summary>
    /// <param name="address">As it is counted.</param>
    /// <param name="typed">A normalized name.</param>
    /// <param name="findTrusted">The device of this browser, if that person trusts it.</param>
    /// <param name="cancellation">Stops before the attempt is counted.</param>
    internal async Task<PasswordAttempt> ReserveAsync(
        string address, string typed, Func<Guid, Task<TrustedDevice?>> findTrusted, CancellationToken cancellation)
    {
        if (await throttle.ReserveAddressAsync(address, typed, cancellation) is { } addressWait)
        {
            return new(null, null, typed, new PasswordOutcome.TooManyFromAddress(addressWait));
        }

        var person = await FindAsync(typed, cancellation);
        // Strangers' failures do not keep the owner out of a browser they trust, nor the other way round.
        // The same statement is run for an unknown name.
        var trusted = await findTrusted(person?.Id ?? Guid.Empty);
        var counted = trusted is null ? person?.NormalizedUserName ?? typed : Failures.InDevice(trusted.Id);
        return new(
            person, trusted, counted,
            await throttle.ReservePasswordAsync(counted, cancellation) is { } wait ? new PasswordOutcome.Wait(wait) : null);
    }

    /// <summary>Not tracked: tracking costs time at each save, and only somebody who exists can be tracked.</summary>
    internal Task<Person?> FindAsync(string typed, CancellationToken cancellation) => database.Users.AsNoTracking()
        .SingleOrDefaultAsync(candidate => candidate.NormalizedUserName == typed || candidate.NormalizedEmail == typed, cancellation);
}

/// <summary>An attempt that was counted.</summary>
/// <param name="Person">Null if nobody has the name.</param>
/// <param name="Trusted">The device that this person trusts.</param>
/// <param name="Counted">Under what the password is counted.</param>
/// <param name="Obstacle">Why it may not be made; null if it may.</param>
internal sealed record PasswordAttempt(Person? Person, TrustedDevice? Trusted, string Counted, PasswordOutcome? Obstacle)
{
    /// <summary>What the right password leads to, instead of a session; null if to a session.</summary>
    public PasswordOutcome? AfterPassword => Person?.DisabledAt is not null ? new PasswordOutcome.Disabled() : null;

    public override string ToString() => "attempt";
}
