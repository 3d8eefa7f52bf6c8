using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.Secrets;
using Sso.Data.Sessions;
using Sso.Protocol;
using Sso.Protocol.Authorization;

namespace Sso.Accounts.Factors;

/// <summary>
/// Creates a passkey (WebAuthn Level 3 §7.1): the finished ceremony is the proof, so it is active at once and counts for this sign-in.
/// </summary>
public sealed class PasskeyEnrolment(
    SsoDbContext database, PasskeyCeremonies passkeys, Sealer sealer, FactorEnrolment enrolment, TimeProvider clock)
{
    /// <summary>False if the browser's answer was not right, or came too late.</summary>
    public async Task<bool> AddAsync(
        Visit visit, AuthorizationRequest request, SignInRow signIn, PasskeyAnswer answer, CancellationToken cancellation)
    {
        if (await passkeys.CreatedAsync(signIn, answer, cancellation) is not { } passkey)
        {
            await enrolment.FailedAsync(signIn, request, ProofMethod.Passkey, "wrong", cancellation);
            return false;
        }

        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var factor = new SecondFactor
        {
            Id = id,
            PersonId = signIn.PersonId,
            Method = ProofMethod.Passkey,
            Name = UserAgents.Describe(visit.UserAgent),
            CredentialHash = PasskeyCeremonies.HashOf(passkey.CredentialId),
            Protected = sealer.Protect(SecondFactor.ContextOf(id), PasskeyCredential.Serialize(passkey)),
            CreatedAt = now,
        };
        factor.Activate(now);
        database.SecondFactors.Add(factor);
        return await enrolment.EnrolledAsync(visit, signIn, request, factor, cancellation);
    }
}
