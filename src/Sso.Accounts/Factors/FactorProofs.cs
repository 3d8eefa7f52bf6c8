using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Limits;
using Sso.Accounts.Sessions;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Data.Sessions;
using Sso.Protocol;
using Sso.Protocol.Authorization;

namespace Sso.Accounts.Factors;

/// <summary>
/// What all second factors share, at sign-in (<see cref="SecondStep"/>) and when they are enrolled (<see cref="FactorEnrolment"/>):
/// attempts are counted before the comparison, and the proof is written with everything that belongs to it.
/// </summary>
public sealed class FactorProofs(SsoDbContext database, Throttle throttle, BrowserSessions sessions)
{
    /// <summary>
    /// Counts an attempt against the challenge and the person; returns an outcome if it may not be made. If the challenge is void, the
    /// caller ends what was being guessed.
    /// </summary>
    public async Task<CodeOutcome?> ReserveAsync(
        Visit visit, SignInRow signIn, AuthorizationRequest request, CancellationToken cancellation) =>
        !await throttle.ReserveTryAsync(ChallengeOf(visit, request), cancellation) ? new CodeOutcome.ChallengeVoid()
        : await throttle.ReserveCodeAsync(signIn.PersonId, cancellation) is { } wait ? new CodeOutcome.Locked(wait)
        : null;

    /// <summary>How many codes may still be tried in this challenge; null before the first.</summary>
    public Task<int?> TriesLeftAsync(Visit visit, AuthorizationRequest request, CancellationToken cancellation) =>
        throttle.TriesLeftAsync(ChallengeOf(visit, request), cancellation);

    /// <summary>
    /// Writes the proof, its event and whatever the caller left pending in one transaction, and gives the reservations back. False if the
    /// session was ended or the factor removed while the code was compared; then nothing is written.
    /// </summary>
    /// <param name="factor">Null for something without a row: a recovery code, a mailbox.</param>
    /// <param name="recorded">The event, which is that of the method and of the time of the proof.</param>
    public async Task<bool> WriteAsync(
        Visit visit, SignInRow signIn, AuthorizationRequest request, SecondFactor? factor, SecurityEvent recorded,
        CancellationToken cancellation)
    {
        var (method, now) = (recorded.Method!.Value, recorded.At);
        database.SecurityEvents.Add(recorded);
        if (!await sessions.ProveAsync(
            visit, signIn, new Proof(method, now, request.FlowId),
            token => IsThereAsync(signIn.PersonId, factor, method, token), cancellation))
        {
            return false;
        }

        if (factor is not null)
        {
            // Those of one method were counted together.
            await database.ActiveFactors(signIn.PersonId).Where(row => row.Method == method).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.ConsecutiveFailures, 0)
                    .SetProperty(row => row.LastUsedAt, row => row.Id == factor.Id ? now : row.LastUsedAt),
                cancellation);
        }

        await throttle.CodeWasRightAsync(signIn.PersonId, cancellation);
        return true;
    }

    /// <summary>
    /// The name under which a try is counted: the cookie changes with every proof, so the tries end with the challenge, and none that is
    /// still on its way can begin another count when the challenge becomes void.
    /// </summary>
    internal static string ChallengeOf(Visit visit, AuthorizationRequest request) =>
        $"{BrowserSessions.HandleHashOf(visit)}/{request.FlowId:N}";

    /// <summary>
    /// True if the factor that was compared still belongs to the person: it may have been removed since. One that is being added is not
    /// saved yet.
    /// </summary>
    private async Task<bool> IsThereAsync(Guid personId, SecondFactor? factor, ProofMethod method, CancellationToken cancellation) =>
        factor is null
        || database.Entry(factor).State == EntityState.Added
        || await database.SecondFactors.AnyAsync(
            row => row.Id == factor.Id && row.PersonId == personId && row.Method == method && row.UsedForSignIn, cancellation);
}
