using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Limits;
using Sso.Accounts.Mails;
using Sso.Accounts.Sessions;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.Sessions;
using Sso.Protocol;
using Sso.Protocol.Authorization;

namespace Sso.Accounts.Factors;

/// <summary>
/// What all second factors share: attempts are counted before the comparison, and the proof is written with everything that belongs to it.
/// </summary>
public sealed class FactorProofs(
    SsoDbContext database, Throttle throttle, BrowserSessions sessions, SecurityMails mails, NoticeTexts texts, TimeProvider clock)
{
    /// <summary>The attempt that was counted is the last one of its factor.</summary>
    private bool _isLast;

    /// <summary>
    /// Counts an attempt against the person, the flow and the factors of the method; returns an outcome if it may not be made.
    /// </summary>
    /// <param name="method">Null for an enrolment, which has no factor yet.</param>
    public async Task<CodeOutcome?> ReserveAsync(
        Visit visit, SignInRow signIn, AuthorizationRequest request, ProofMethod? method, CancellationToken cancellation)
    {
        if (!await throttle.ReserveTryAsync(ChallengeOf(visit, request), cancellation))
        {
            await (method is null ? VoidEnrolmentAsync(signIn, cancellation) : VoidSignInAsync(visit, signIn, request, cancellation));
            return new CodeOutcome.ChallengeVoid();
        }

        if (await throttle.ReserveCodeAsync(signIn.PersonId, cancellation) is { } wait)
        {
            return new CodeOutcome.Locked(wait);
        }

        if (method is null or ProofMethod.RecoveryCode or ProofMethod.MailCode)
        {
            return null;
        }

        var counted = await Active(signIn.PersonId, method.Value).Where(row => row.ConsecutiveFailures < LimitTable.Factor.Most)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.ConsecutiveFailures, row => row.ConsecutiveFailures + 1), cancellation);
        _isLast = counted > 0
            && await Active(signIn.PersonId, method.Value).AnyAsync(row => row.ConsecutiveFailures == LimitTable.Factor.Most, cancellation);
        if (counted > 0)
        {
            return null;
        }

        throttle.Reached(LimitTable.Factor);
        return CodeOutcome.Locked.Shut;
    }

    /// <summary>How many codes may still be tried in this challenge; null before the first.</summary>
    public Task<int?> TriesLeftAsync(Visit visit, AuthorizationRequest request, CancellationToken cancellation) =>
        throttle.TriesLeftAsync(ChallengeOf(visit, request), cancellation);

    /// <summary>
    /// Sign-in restarts at the password, and the enrolment with another seed or code: whatever was being guessed is now worthless.
    /// </summary>
    public async Task VoidEnrolmentAsync(SignInRow signIn, CancellationToken cancellation)
    {
        await database.PendingFactors(signIn).ExecuteDeleteAsync(cancellation);
        await sessions.ForgetProofsAsync(signIn.SessionId, cancellation);
    }

    /// <summary>
    /// Sign-in restarts at the password, and the owner is told that somebody knows the password but not the second factor.
    /// </summary>
    public async Task VoidSignInAsync(Visit visit, SignInRow signIn, AuthorizationRequest request, CancellationToken cancellation)
    {
        if (await throttle.ReserveVoidAsync(ChallengeOf(visit, request), cancellation))
        {
            await mails.TellAsync(database, visit, signIn.PersonId, MailTable.FactorFailed, cancellation);
        }

        await sessions.ForgetProofsAsync(signIn.SessionId, cancellation);
    }

    public Task FailedAsync(
        Visit visit, SignInRow signIn, AuthorizationRequest request, ProofMethod method, CancellationToken cancellation) =>
        FailedAsync(visit, signIn, request, method, "wrong", cancellation);

    public async Task FailedAsync(
        Visit visit, SignInRow signIn, AuthorizationRequest request, ProofMethod method, string reason, CancellationToken cancellation)
    {
        database.SecurityEvents.Add(SecurityEvent.SecondFactorFailed(
            clock.GetUtcNow(), signIn.PersonId, signIn.SessionId, request.Client.Id, method, reason));
        if (_isLast)
        {
            await mails.TellAsync(database, visit, signIn.PersonId, MailTable.FactorShut, method, cancellation);
        }

        await database.SaveChangesAsync(cancellation);
    }

    /// <summary>What follows from the outcome of a code that was sent.</summary>
    public async Task<CodeOutcome> RecordAsync(
        Visit visit, SignInRow signIn, AuthorizationRequest request, SecondFactor? factor,
        ProofMethod method, CodeOutcome outcome, CancellationToken cancellation)
    {
        switch (outcome)
        {
            case CodeOutcome.Accepted:
                return await SucceededAsync(visit, signIn, request, factor, method, cancellation);
            case CodeOutcome.ChallengeVoid:
                await FailedAsync(visit, signIn, request, method, "too often", cancellation);
                await VoidSignInAsync(visit, signIn, request, cancellation);
                break;
            case CodeOutcome.Wrong:
                await FailedAsync(visit, signIn, request, method, cancellation);
                break;
            case CodeOutcome.Expired:
                await FailedAsync(visit, signIn, request, method, "expired", cancellation);
                break;
            case CodeOutcome.Used:
                await FailedAsync(visit, signIn, request, method, "used before", cancellation);
                break;
        }

        return outcome;
    }

    /// <summary>
    /// The code was right, but the number is used for notices only: saves what is pending and proves nothing for the sign-in.
    /// </summary>
    public async Task NumberVerifiedAsync(SignInRow signIn, CancellationToken cancellation)
    {
        await database.SaveChangesAsync(cancellation);
        await throttle.CodeWasRightAsync(signIn.PersonId, cancellation);
    }

    /// <summary>
    /// Writes the proof, its event and whatever the verifier left pending in one transaction, and gives the reservations back. Accepted; or
    /// void, if the session was ended or the factor removed while the code was compared: then sign-in restarts.
    /// </summary>
    /// <param name="factor">Null for something without a row: a recovery code, a mailbox.</param>
    public Task<CodeOutcome> SucceededAsync(
        Visit visit, SignInRow signIn, AuthorizationRequest request, SecondFactor? factor, ProofMethod method,
        CancellationToken cancellation)
    {
        var (now, person, session, client) = (clock.GetUtcNow(), signIn.PersonId, signIn.SessionId, request.Client.Id);
        return SucceededAsync(
            visit, signIn, request, factor, method,
            method == ProofMethod.RecoveryCode
                ? SecurityEvent.RecoveryCodeUsed(now, person, session, client)
                : SecurityEvent.SecondFactorProved(now, person, session, client, method),
            cancellation);
    }

    private async Task<CodeOutcome> SucceededAsync(
        Visit visit, SignInRow signIn, AuthorizationRequest request, SecondFactor? factor,
        ProofMethod method, SecurityEvent recorded, CancellationToken cancellation)
    {
        var now = recorded.At;
        database.SecurityEvents.Add(recorded);
        if (NoticeOf(recorded.Kind) is { } notice)
        {
            await mails.TellAsync(database, visit, signIn.PersonId, notice.Mail, method, cancellation);
            await texts.TellAsync(database, signIn.PersonId, notice.Text, cancellation);
        }

        if (!await sessions.ProveAsync(
            visit, signIn, new Proof(method, now, request.FlowId),
            token => IsThereAsync(signIn.PersonId, factor, method, token), cancellation))
        {
            return new CodeOutcome.ChallengeVoid();
        }

        if (method == ProofMethod.RecoveryCode)
        {
            await database.SecondFactors.Where(row => row.PersonId == signIn.PersonId)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.ConsecutiveFailures, 0), cancellation);
        }
        else if (factor is not null)
        {
            await Active(signIn.PersonId, method).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.ConsecutiveFailures, 0)
                    .SetProperty(row => row.LastUsedAt, row => row.Id == factor.Id ? now : row.LastUsedAt),
                cancellation);
        }

        await throttle.CodeWasRightAsync(signIn.PersonId, cancellation);
        return new CodeOutcome.Accepted();
    }

    /// <summary>
    /// The end of an enrolment: the new factor, active in this context and not saved yet, was proved, and every browser has to prove one
    /// again. If lost factors led here, this is when they go: together with the proof, or not at all. False if the session or that way back
    /// was closed in the meantime, or the pending factor is gone; then nothing is changed.
    /// </summary>
    public Task<bool> EnrolledAsync(
        Visit visit, SignInRow signIn, AuthorizationRequest request, SecondFactor factor,
        CancellationToken cancellation) => database.AllOrNothingAsync(async () =>
    {
        var now = clock.GetUtcNow();
        var replacesLost = signIn.RecoveryFlowId == request.FlowId;
        if (!await database.HoldAsync(signIn, cancellation)
            || (replacesLost && !await database.EndRecoveryAsync(signIn.PersonId, request.FlowId, now, cancellation)))
        {
            database.ChangeTracker.Clear();
            return false;
        }

        var (person, session, client) = (signIn.PersonId, signIn.SessionId, request.Client.Id);
        var recorded = replacesLost
            ? SecurityEvent.FactorsReplaced(now, person, session, client, factor.Method)
            : SecurityEvent.SecondFactorEnrolled(now, person, session, client, factor.Method);
        if (await SucceededAsync(visit, signIn, request, factor, factor.Method, recorded, cancellation) is not CodeOutcome.Accepted)
        {
            return false;
        }

        if (replacesLost)
        {
            await database.RemoveOtherFactorsAsync(signIn.PersonId, factor.Id, signIn.SessionId, now, cancellation);
        }
        else
        {
            await database.MethodsChangedAsync(signIn.PersonId, now, cancellation);
        }

        return true;
    }, cancellation);

    /// <summary>
    /// The name under which a try is counted: the cookie changes with every proof, so the tries end with the challenge, and none that is
    /// still on its way can begin another count when the challenge becomes void.
    /// </summary>
    private static string ChallengeOf(Visit visit, AuthorizationRequest request) =>
        $"{BrowserSessions.HandleHashOf(visit)}/{request.FlowId:N}";

    /// <summary>A code may be that of any app of the person, so all of one method share their failures.</summary>
    private IQueryable<SecondFactor> Active(Guid personId, ProofMethod method) =>
        database.ActiveFactors(personId).Where(row => row.Method == method);

    /// <summary>
    /// True if the factor that was compared still belongs to the person: it may have been removed since. One that is being added is not
    /// saved yet.
    /// </summary>
    private async Task<bool> IsThereAsync(Guid personId, SecondFactor? factor, ProofMethod method, CancellationToken cancellation) =>
        factor is null
        || database.Entry(factor).State == EntityState.Added
        || await database.SecondFactors.AnyAsync(
            row => row.Id == factor.Id && row.PersonId == personId && row.Method == method && row.UsedForSignIn, cancellation);

    private static (MailRow<ProofMethod?> Mail, TextNotice Text)? NoticeOf(SecurityEventKind kind) => kind switch
    {
        SecurityEventKind.SecondFactorEnrolled => (MailTable.FactorAdded, TextNotice.FactorAdded),
        SecurityEventKind.FactorsReplaced => (MailTable.FactorsReplaced, TextNotice.FactorsReplaced),
        SecurityEventKind.RecoveryCodeUsed => (MailTable.RecoveryCodeUsed, TextNotice.RecoveryCodeUsed),
        _ => null,
    };
}
