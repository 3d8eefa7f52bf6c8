using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Data.Secrets;
using Sso.Data.Sessions;
using Sso.Protocol.Authorization;
using Sso.Server.Authorization;
using Sso.Server.Http;
using Sso.Server.Sessions;

namespace Sso.Server.SignIn;

/// <summary>What came of a passkey.</summary>
public abstract record PasskeyOutcome
{
    private PasskeyOutcome() { }

    public sealed record Succeeded : PasskeyOutcome;

    /// <summary>Whatever was not right, the person hears the same.</summary>
    public sealed record Refused : PasskeyOutcome;

    /// <summary>The passkey was right; said only then.</summary>
    public sealed record Disabled : PasskeyOutcome;

    public sealed record Wait(TimeSpan For) : PasskeyOutcome;

    /// <summary>Five answers that were not right: sign-in restarts.</summary>
    public sealed record ChallengeVoid : PasskeyOutcome;
}

/// <summary>Proving a passkey: instead of name and password, or after them as the second factor.</summary>
public sealed class PasskeySignIn(
    SsoDbContext database, PasskeyCeremonies passkeys, Sealer sealer,
    Throttle throttle, FactorProofs proofs, SessionCookies sessions, TimeProvider clock)
{
    /// <summary>
    /// The first step without a password. Waits after wrong passwords do not touch it (S71); only the address is counted.
    /// </summary>
    public async Task<PasskeyOutcome> SignInAsync(HttpContext http, Flow flow, PasskeyAnswer answer, CancellationToken cancellation)
    {
        var address = ClientAddress.Counted(http);
        if (await throttle.ReserveAddressAsync(address, "passkey", cancellation) is { } wait)
        {
            return new PasskeyOutcome.Wait(wait);
        }

        if (await passkeys.ProvedForSignInAsync(http, flow, answer, cancellation) is not { } proved)
        {
            database.SecurityEvents.Add(Event(flow, SecurityEventKind.PasskeyFailed, personId: null, "wrong"));
            await database.SaveChangesAsync(cancellation);
            return new PasskeyOutcome.Refused();
        }

        await throttle.ReleaseAddressAsync(address, "passkey", cancellation);
        if (proved.Person.DisabledAt is not null)
        {
            database.SecurityEvents.Add(Event(flow, SecurityEventKind.PasskeyFailed, proved.Person.Id, "disabled"));
            await database.SaveChangesAsync(cancellation);
            return new PasskeyOutcome.Disabled();
        }

        var factor = await UseAsync(proved, cancellation);
        factor.Used(clock.GetUtcNow());
        await sessions.ProveAsync(
            http,
            proved.Person.Id,
            [new Proof(ProofMethod.Passkey, clock.GetUtcNow(), flow.Request.FlowId)],
            session => Event(flow, SecurityEventKind.SecondFactorProved, proved.Person.Id, reason: null, session),
            cancellation);
        return new PasskeyOutcome.Succeeded();
    }

    /// <summary>The second step of the person whose password was proved.</summary>
    public async Task<PasskeyOutcome> VerifyAsync(
        HttpContext http, Flow flow, SignInRow signIn, PasskeyAnswer answer, CancellationToken cancellation)
    {
        switch (await proofs.ReserveAsync(http, signIn, flow, ProofMethod.Passkey, cancellation))
        {
            case CodeOutcome.Locked locked:
                return new PasskeyOutcome.Wait(locked.For);
            case CodeOutcome.ChallengeVoid:
                return new PasskeyOutcome.ChallengeVoid();
        }

        var proved = await passkeys.ProvedForVerificationAsync(http, flow, signIn, answer, cancellation);
        if (proved is null || proved.Person.Id != signIn.PersonId)
        {
            await proofs.FailedAsync(http, signIn, flow, ProofMethod.Passkey, cancellation);
            return new PasskeyOutcome.Refused();
        }

        var factor = await UseAsync(proved, cancellation);
        await proofs.SucceededAsync(http, signIn, flow, factor, ProofMethod.Passkey, SecurityEventKind.SecondFactorProved, cancellation);
        return new PasskeyOutcome.Succeeded();
    }

    /// <summary>
    /// Keeps the new signature counter (WebAuthn §7.2 step 22 refuses one that does not rise), to be saved with the proof.
    /// </summary>
    private async Task<SecondFactor> UseAsync(ProvedPasskey proved, CancellationToken cancellation)
    {
        var hash = PasskeyCeremonies.HashOf(proved.Passkey.CredentialId);
        var factor = await database.SecondFactors.SingleAsync(row => row.CredentialHash == hash, cancellation);
        factor.Protected = sealer.Protect(factor.Context, PasskeyCredential.Serialize(proved.Passkey));
        return factor;
    }

    private SecurityEvent Event(Flow flow, SecurityEventKind kind, Guid? personId, string? reason, Guid? sessionId = null) =>
        new(clock.GetUtcNow(), kind)
        {
            PersonId = personId,
            SessionId = sessionId,
            ClientId = flow.Request.Client.Id,
            Detail = nameof(ProofMethod.Passkey),
            Reason = reason,
        };
}
