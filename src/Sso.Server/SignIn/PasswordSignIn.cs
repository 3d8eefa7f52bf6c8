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

        // Not tracked: what is tracked costs time at each save, and only somebody who exists can be.
        var person = await database.Users.AsNoTracking()
            .SingleOrDefaultAsync(candidate => candidate.NormalizedUserName == typed || candidate.NormalizedEmail == typed, cancellation);
        // Strangers' failures do not keep the owner out of a browser they trust, nor the other way round (S71).
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
            database.SecurityEvents.Add(
                Event(flow, SecurityEventKind.PasswordFailed, person?.Id, person is null ? "unknown name" : "wrong"));
            await database.SaveChangesAsync(cancellation);
            return new PasswordOutcome.Wrong();
        }

        await throttle.ReleaseAddressAsync(address, typed, cancellation);
        await throttle.PasswordWasRightAsync(counted, cancellation);
        if (person.DisabledAt is not null)
        {
            database.SecurityEvents.Add(Event(flow, SecurityEventKind.PasswordFailed, person.Id, "disabled"));
            await database.SaveChangesAsync(cancellation);
            return new PasswordOutcome.Disabled();
        }

        if (match == PasswordMatch.RightButOutdated && await lane.HashAsync(password, cancellation) is { } renewed)
        {
            // Unless the password was changed in the meantime.
            await database.Users.Where(row => row.Id == person.Id && row.PasswordHash == person.PasswordHash)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.PasswordHash, renewed), cancellation);
        }

        var (at, flowId) = (clock.GetUtcNow(), flow.Request.FlowId);
        var spared = flow.Request.Client.AcceptsTrustedDevices && await devices.UseAsync(http, person.Id, cancellation);
        await sessions.ProveAsync(
            http,
            person.Id,
            [new(ProofMethod.Password, at, flowId), .. spared ? (ReadOnlySpan<Proof>)[new(ProofMethod.TrustedDevice, at, flowId)] : []],
            session => Event(flow, SecurityEventKind.PasswordProved, person.Id, reason: null, session),
            cancellation);
        return new PasswordOutcome.Succeeded();
    }

    private SecurityEvent Event(Flow flow, SecurityEventKind kind, Guid? personId, string? reason, Guid? sessionId = null) =>
        new(clock.GetUtcNow(), kind)
        {
            PersonId = personId,
            SessionId = sessionId,
            Reason = reason,
            ClientId = flow.Request.Client.Id,
        };
}
