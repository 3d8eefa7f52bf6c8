using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Factors;
using Sso.Accounts.Limits;
using Sso.Accounts.Sessions;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Data.Secrets;
using Sso.Data.Sessions;
using Sso.Protocol;
using Sso.Protocol.Authorization;

namespace Sso.Accounts.SignIn;

/// <summary>The outcome of a passkey.</summary>
public abstract record PasskeyOutcome
{
    private PasskeyOutcome() { }

    public sealed record Succeeded : PasskeyOutcome;

    /// <summary>Whatever was not right, the person is told the same.</summary>
    public sealed record Refused : PasskeyOutcome;

    /// <summary>The passkey was right; said only then.</summary>
    public sealed record Disabled : PasskeyOutcome;

    public sealed record Wait(TimeSpan For) : PasskeyOutcome;

    /// <summary>Five answers that were not right: sign-in restarts.</summary>
    public sealed record ChallengeVoid : PasskeyOutcome;
}

/// <summary>Proves a passkey: instead of name and password, or after them as the second factor.</summary>
public sealed class PasskeySignIn(
    SsoDbContext database, PasskeyCeremonies passkeys, Sealer sealer,
    Throttle throttle, SecondStep step, BrowserSessions sessions, TimeProvider clock)
{
    /// <summary>The first step without a password. Waits after wrong passwords do not apply; only the address is counted.</summary>
    public async Task<PasskeyOutcome> SignInAsync(
        Visit visit, AuthorizationRequest request, PasskeyAnswer answer, CancellationToken cancellation)
    {
        var (address, now) = (visit.CountedAddress, clock.GetUtcNow());
        if (await throttle.ReserveAddressAsync(address, "passkey", cancellation) is { } wait)
        {
            return new PasskeyOutcome.Wait(wait);
        }

        if (await passkeys.ProvedForSignInAsync(request, answer, cancellation) is not { } proved)
        {
            database.SecurityEvents.Add(
                SecurityEvent.PasskeyFailed(now, personId: null, request.Client.Id, "wrong"));
            await database.SaveChangesAsync(cancellation);
            return new PasskeyOutcome.Refused();
        }

        await throttle.ReleaseAddressAsync(address, "passkey", cancellation);
        if (proved.Person.DisabledAt is not null)
        {
            database.SecurityEvents.Add(
                SecurityEvent.PasskeyFailed(now, proved.Person.Id, request.Client.Id, "disabled"));
            await database.SaveChangesAsync(cancellation);
            return new PasskeyOutcome.Disabled();
        }

        return await sessions.BeginAsync(
            visit, proved.Person.Id, token => LookAgainAsync(request, proved, now, token),
            session => SecurityEvent.SecondFactorProved(now, proved.Person.Id, session, request.Client.Id, ProofMethod.Passkey),
            cancellation)
            ? new PasskeyOutcome.Succeeded()
            : new PasskeyOutcome.Refused();
    }

    /// <summary>Checks that the passkey is still there: its owner may have removed it while it was verified.</summary>
    private async Task<ImmutableArray<Proof>?> LookAgainAsync(
        AuthorizationRequest request, ProvedPasskey proved, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await UseAsync(proved, cancellation) is not { } factor)
        {
            return null;
        }

        factor.Used(now);
        return [new Proof(ProofMethod.Passkey, now, request.FlowId)];
    }

    /// <summary>The second step of the person whose password was proved.</summary>
    public async Task<PasskeyOutcome> VerifyAsync(
        Visit visit, AuthorizationRequest request, SignInRow signIn, PasskeyAnswer answer, CancellationToken cancellation)
    {
        if ((await step.ReserveAsync(visit, request, signIn, ProofMethod.Passkey, cancellation)).Failed(out var refused, out var attempt))
        {
            return refused is CodeOutcome.Locked locked ? new PasskeyOutcome.Wait(locked.For) : new PasskeyOutcome.ChallengeVoid();
        }

        var proved = await passkeys.ProvedForVerificationAsync(request, signIn, answer, cancellation);
        if (proved is null || proved.Person.Id != signIn.PersonId)
        {
            await step.FailedAsync(attempt, new CodeOutcome.Wrong(), cancellation);
            return new PasskeyOutcome.Refused();
        }

        return await UseAsync(proved, cancellation) is { } factor
            && await step.SucceededAsync(attempt, factor, cancellation) is CodeOutcome.Accepted
            ? new PasskeyOutcome.Succeeded()
            : new PasskeyOutcome.ChallengeVoid();
    }

    /// <summary>
    /// Keeps the new signature counter (WebAuthn §7.2 step 22 refuses one that does not rise), to be saved with the proof. Null if the
    /// passkey is gone.
    /// </summary>
    private async Task<SecondFactor?> UseAsync(ProvedPasskey proved, CancellationToken cancellation)
    {
        var hash = PasskeyCeremonies.HashOf(proved.Passkey.CredentialId);
        var factor = await database.SecondFactors.SingleOrDefaultAsync(row => row.CredentialHash == hash, cancellation);
        if (factor is not null)
        {
            factor.Protected = sealer.Protect(factor.Context, PasskeyCredential.Serialize(proved.Passkey));
        }

        return factor;
    }
}
