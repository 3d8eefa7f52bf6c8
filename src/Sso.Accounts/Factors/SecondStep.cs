using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Limits;
using Sso.Accounts.Mails;
using Sso.Accounts.Sessions;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Data.Sessions;
using Sso.Protocol;
using Sso.Protocol.Authorization;

namespace Sso.Accounts.Factors;

/// <summary>One attempt at the second step, which is counted.</summary>
/// <param name="IsLast">If it fails, the factor is shut.</param>
public sealed record FactorAttempt(
    Visit Visit, SignInRow SignIn, AuthorizationRequest Request, ProofMethod Method, bool IsLast = false);

/// <summary>The second step of a sign-in, whatever the factor: counted, compared, then proved or failed.</summary>
public sealed class SecondStep(
    SsoDbContext database, FactorProofs proofs, Throttle throttle, BrowserSessions sessions, SecurityMails mails, TimeProvider clock)
{
    /// <summary>A code of six digits, whichever way it came.</summary>
    /// <param name="compare">The outcome, and the factor of an accepted code; null for a mailbox, which has no row.</param>
    public async Task<CodeOutcome> TryCodeAsync(
        Visit visit, AuthorizationRequest request, SignInRow signIn, ProofMethod method, string? typed,
        Func<string, Task<(CodeOutcome Outcome, SecondFactor? Factor)>> compare, CancellationToken cancellation)
    {
        if (TypedCode.SixDigits(typed).Failed(out var refused, out var code)
            || (await ReserveAsync(visit, request, signIn, method, cancellation)).Failed(out refused, out var attempt))
        {
            return refused;
        }

        var (outcome, factor) = await compare(code);
        return outcome is CodeOutcome.Accepted
            ? await SucceededAsync(attempt, factor, cancellation)
            : await FailedAsync(attempt, outcome, cancellation);
    }

    /// <summary>Counts an attempt against the challenge, the person and the factors of the method.</summary>
    public async Task<Result<FactorAttempt, CodeOutcome>> ReserveAsync(
        Visit visit, AuthorizationRequest request, SignInRow signIn, ProofMethod method, CancellationToken cancellation)
    {
        var attempt = new FactorAttempt(visit, signIn, request, method);
        if (await proofs.ReserveAsync(visit, signIn, request, cancellation) is { } refused)
        {
            if (refused is CodeOutcome.ChallengeVoid)
            {
                await VoidAsync(attempt, cancellation);
            }

            return refused;
        }

        if (method is ProofMethod.RecoveryCode or ProofMethod.MailCode)
        {
            return attempt;
        }

        // A code may be that of any app of the person, so all of one method share their failures.
        var active = database.ActiveFactors(signIn.PersonId).Where(row => row.Method == method);
        if (await active.Where(row => row.ConsecutiveFailures < LimitTable.Factor.Most).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.ConsecutiveFailures, row => row.ConsecutiveFailures + 1), cancellation) == 0)
        {
            throttle.Reached(LimitTable.Factor);
            return CodeOutcome.Locked.Shut;
        }

        return attempt with
        {
            IsLast = await active.AnyAsync(row => row.ConsecutiveFailures == LimitTable.Factor.Most, cancellation),
        };
    }

    /// <summary>
    /// Accepted; or void, if the session was ended or the factor removed while the code was compared: then sign-in restarts.
    /// </summary>
    /// <param name="factor">Null for a mailbox, which has no row.</param>
    public async Task<CodeOutcome> SucceededAsync(FactorAttempt attempt, SecondFactor? factor, CancellationToken cancellation)
    {
        var (visit, signIn, request, method, _) = attempt;
        var proved = SecurityEvent.SecondFactorProved(
            clock.GetUtcNow(), signIn.PersonId, signIn.SessionId, request.Client.Id, method);
        return await proofs.WriteAsync(visit, signIn, request, factor, proved, cancellation)
            ? new CodeOutcome.Accepted()
            : new CodeOutcome.ChallengeVoid();
    }

    /// <summary>Records why, and tells the owner whose factor is shut now, or that the challenge is void.</summary>
    public async Task<CodeOutcome> FailedAsync(FactorAttempt attempt, CodeOutcome outcome, CancellationToken cancellation)
    {
        var (visit, signIn, request, method, isLast) = attempt;
        database.SecurityEvents.Add(SecurityEvent.SecondFactorFailed(
            clock.GetUtcNow(), signIn.PersonId, signIn.SessionId, request.Client.Id, method,
            outcome.Failure ?? throw new UnreachableException()));
        if (isLast)
        {
            await mails.TellAsync(database, visit, signIn.PersonId, MailTable.FactorShut, method, cancellation);
        }

        await database.SaveChangesAsync(cancellation);
        if (outcome is CodeOutcome.ChallengeVoid)
        {
            await VoidAsync(attempt, cancellation);
        }

        return outcome;
    }

    /// <summary>
    /// Sign-in restarts at the password, and the owner is told that somebody knows the password but not the second factor.
    /// </summary>
    private async Task VoidAsync(FactorAttempt attempt, CancellationToken cancellation)
    {
        if (await throttle.ReserveVoidAsync(FactorProofs.ChallengeOf(attempt.Visit, attempt.Request), cancellation))
        {
            await mails.TellAsync(database, attempt.Visit, attempt.SignIn.PersonId, MailTable.FactorFailed, cancellation);
        }

        await sessions.ForgetProofsAsync(attempt.SignIn.SessionId, cancellation);
    }
}
