using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Limits;
using Sso.Accounts.Passwords;
using Sso.Accounts.Sessions;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Data.Sessions;
using Sso.Protocol;
using Sso.Protocol.Authorization;

namespace Sso.Accounts.SignIn;

/// <summary>The outcome of a name and a password.</summary>
public abstract record PasswordOutcome
{
    private PasswordOutcome() { }

    public sealed record Succeeded : PasswordOutcome;

    public sealed record Wrong : PasswordOutcome;

    /// <summary>The password was right; said only then.</summary>
    public sealed record Disabled : PasswordOutcome;

    public sealed record Wait(TimeSpan For) : PasswordOutcome;

    public sealed record TooManyFromAddress(TimeSpan For) : PasswordOutcome;

    /// <summary>The hashing lane is full: 503 with Retry-After.</summary>
    public sealed record Busy : PasswordOutcome;
}

/// <summary>The first step: name and password (NIST SP 800-63B §3.1.1). The only place where a password signs somebody in.</summary>
public sealed class PasswordSignIn(
    SsoDbContext database, Throttle throttle, PasswordAttempts attempts, PasswordLane lane, DeviceTrust devices, BrowserSessions sessions,
    TimeProvider clock)
{
    public async Task<PasswordOutcome> TryAsync(
        Visit visit, AuthorizationRequest request, string userName, string password, CancellationToken cancellation)
    {
        if (userName.Length is 0 or > 256 || password.Length == 0 || PasswordHashing.IsTooLong(password))
        {
            return new PasswordOutcome.Wrong();
        }

        using var place = lane.TryTakePlace();
        if (place is null)
        {
            return new PasswordOutcome.Busy();
        }

        var typed = SignInName.Normalize(userName);
        var address = visit.CountedAddress;
        var attempt = await attempts.ReserveAsync(address, typed, id => devices.FindAsync(visit, id, cancellation), cancellation);
        if (attempt.Obstacle is { } obstacle)
        {
            return obstacle;
        }

        var (person, counted) = (attempt.Person, attempt.Counted);
        var match = await lane.VerifyInPlaceAsync(password, person?.PasswordHash, cancellation);
        if (match == PasswordMatch.Wrong || person is null)
        {
            return await FailedAsync(
                visit, request, person?.Id, person is null ? "unknown name" : "wrong", new PasswordOutcome.Wrong(), cancellation);
        }

        await throttle.ReleaseAddressAsync(address, typed, cancellation);
        await throttle.PasswordWasRightAsync(counted, cancellation);
        if (attempt.AfterPassword is { } refused)
        {
            return await FailedAsync(visit, request, person.Id, "disabled", refused, cancellation);
        }

        var renewed = match == PasswordMatch.RightButOutdated ? await lane.HashAsync(password, cancellation) : null;
        if (await BeginAsync(visit, request, person, renewed, cancellation))
        {
            return new PasswordOutcome.Succeeded();
        }

        // A hash other than the one that was verified: the owner changed the password, or another sign-in at the same time renewed the
        // hash.
        var changed = await attempts.FindAsync(typed, cancellation);
        return changed is { DisabledAt: null }
            && await lane.VerifyInPlaceAsync(password, changed.PasswordHash, cancellation) != PasswordMatch.Wrong
            && await BeginAsync(visit, request, changed, renewed: null, cancellation)
            ? new PasswordOutcome.Succeeded()
            : await FailedAsync(visit, request, person.Id, "changed meanwhile", new PasswordOutcome.Wrong(), cancellation);
    }

    private Task<bool> BeginAsync(
        Visit visit, AuthorizationRequest request, Person person, string? renewed, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        return sessions.BeginAsync(
            visit, person.Id, token => LookAgainAsync(visit, request, person, renewed, now, token),
            session => SecurityEvent.PasswordProved(now, person.Id, session, request.Client.Id), cancellation);
    }

    /// <summary>
    /// Checks that the password is still the one that was verified and was not changed in the meantime. A trusted device counts only if its
    /// owner has not withdrawn the trust by now.
    /// </summary>
    private async Task<ImmutableArray<Proof>?> LookAgainAsync(
        Visit visit, AuthorizationRequest request, Person person, string? renewed, DateTimeOffset now, CancellationToken cancellation)
    {
        var hash = renewed ?? person.PasswordHash;
        if (await database.Users.Where(row => row.Id == person.Id && row.PasswordHash == person.PasswordHash)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.PasswordHash, hash), cancellation) == 0)
        {
            return null;
        }

        return ProofsOf(request, now, request.Client.AcceptsTrustedDevices ? await devices.UseAsync(visit, person.Id, cancellation) : null);
    }

    /// <summary>What the right password proves, in a browser that is trusted or not.</summary>
    internal static ImmutableArray<Proof> ProofsOf(AuthorizationRequest request, DateTimeOffset now, Guid? trusted) =>
    [
        new(ProofMethod.Password, now, request.FlowId),
        .. trusted is { } device
            ? (ReadOnlySpan<Proof>)[new(ProofMethod.TrustedDevice, now, request.FlowId) { DeviceId = device }]
            : [],
    ];

    private async Task<PasswordOutcome> FailedAsync(
        Visit visit, AuthorizationRequest request, Guid? personId, string reason, PasswordOutcome outcome, CancellationToken cancellation)
    {
        var device = UserAgents.Parts(visit.UserAgent);
        database.SecurityEvents.Add(
            SecurityEvent.PasswordFailed(clock.GetUtcNow(), personId, request.Client.Id, reason, device));
        await database.SaveChangesAsync(cancellation);
        return outcome;
    }
}

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
