using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Protocol.Authorization;
using Sso.Server.Authorization;
using Sso.Server.Http;
using Sso.Server.Sessions;

namespace Sso.Server.SignIn;

/// <summary>What came of a name and a password.</summary>
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

/// <summary>The first step: name and password (NIST SP 800-63B §3.1.1). The only place that takes a password.</summary>
public sealed class PasswordSignIn(
    SsoDbContext database, Throttle throttle, PasswordLane lane, TrustedDevices devices, SessionCookies sessions, TimeProvider clock)
{
    public async Task<PasswordOutcome> TryAsync(
        HttpContext http, Flow flow, string userName, string password, CancellationToken cancellation)
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
        var address = ClientAddress.Counted(http);
        if (await throttle.ReserveAddressAsync(address, typed, cancellation) is { } addressWait)
        {
            return new PasswordOutcome.TooManyFromAddress(addressWait);
        }

        var person = await FindAsync(typed, cancellation);
        // Strangers' failures do not keep the owner out of a browser they trust, nor the other way round.
        // For nobody the same statement is made.
        var trusted = await devices.FindAsync(http, person?.Id ?? Guid.Empty, cancellation);
        var counted = trusted is null ? person?.NormalizedUserName ?? typed : $"device/{trusted.Id:N}";
        if (await throttle.ReservePasswordAsync(counted, cancellation) is { } wait)
        {
            return new PasswordOutcome.Wait(wait);
        }

        var match = await lane.VerifyInPlaceAsync(password, person?.PasswordHash, cancellation);
        if (match == PasswordMatch.Wrong || person is null)
        {
            return await FailedAsync(http, flow, person?.Id, person is null ? "unknown name" : "wrong", new PasswordOutcome.Wrong(), cancellation);
        }

        await throttle.ReleaseAddressAsync(address, typed, cancellation);
        await throttle.PasswordWasRightAsync(counted, cancellation);
        if (person.DisabledAt is not null)
        {
            return await FailedAsync(http, flow, person.Id, "disabled", new PasswordOutcome.Disabled(), cancellation);
        }

        var renewed = match == PasswordMatch.RightButOutdated ? await lane.HashAsync(password, cancellation) : null;
        if (await BeginAsync(http, flow, person, renewed, cancellation))
        {
            return new PasswordOutcome.Succeeded();
        }

        // Another hash than the one that was verified: its owner changed the password, or a sign-in beside this one renewed the hash.
        var changed = await FindAsync(typed, cancellation);
        return changed is { DisabledAt: null }
            && await lane.VerifyInPlaceAsync(password, changed.PasswordHash, cancellation) != PasswordMatch.Wrong
            && await BeginAsync(http, flow, changed, renewed: null, cancellation)
            ? new PasswordOutcome.Succeeded()
            : await FailedAsync(http, flow, person.Id, "changed meanwhile", new PasswordOutcome.Wrong(), cancellation);
    }

    /// <summary>Not tracked: what is tracked costs time at each save, and only somebody who exists can be.</summary>
    private Task<Person?> FindAsync(string typed, CancellationToken cancellation) => database.Users.AsNoTracking()
        .SingleOrDefaultAsync(candidate => candidate.NormalizedUserName == typed || candidate.NormalizedEmail == typed, cancellation);

    private Task<bool> BeginAsync(HttpContext http, Flow flow, Person person, string? renewed, CancellationToken cancellation) =>
        sessions.BeginAsync(
            http, person.Id, token => LookAgainAsync(http, flow, person, renewed, token),
            session => SecurityEvent.PasswordProved(clock.GetUtcNow(), person.Id, session, flow.Request.Client.Id), cancellation);

    /// <summary>
    /// The password is still the one that was verified: otherwise it was changed in the meantime. A trusted device counts only if its owner
    /// has not taken the trust back by now.
    /// </summary>
    private async Task<ImmutableArray<Proof>?> LookAgainAsync(
        HttpContext http, Flow flow, Person person, string? renewed, CancellationToken cancellation)
    {
        var hash = renewed ?? person.PasswordHash;
        if (await database.Users.Where(row => row.Id == person.Id && row.PasswordHash == person.PasswordHash)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.PasswordHash, hash), cancellation) == 0)
        {
            return null;
        }

        var (at, flowId) = (clock.GetUtcNow(), flow.Request.FlowId);
        var spared = flow.Request.Client.AcceptsTrustedDevices ? await devices.UseAsync(http, person.Id, cancellation) : null;
        return
        [
            new(ProofMethod.Password, at, flowId),
            .. spared is { } device ? (ReadOnlySpan<Proof>)[new(ProofMethod.TrustedDevice, at, flowId) { DeviceId = device }] : [],
        ];
    }

    private async Task<PasswordOutcome> FailedAsync(
        HttpContext http, Flow flow, Guid? personId, string reason, PasswordOutcome outcome, CancellationToken cancellation)
    {
        var device = UserAgents.Parts(http.Request.Headers.UserAgent.ToString());
        database.SecurityEvents.Add(
            SecurityEvent.PasswordFailed(clock.GetUtcNow(), personId, flow.Request.Client.Id, reason, device));
        await database.SaveChangesAsync(cancellation);
        return outcome;
    }
}
