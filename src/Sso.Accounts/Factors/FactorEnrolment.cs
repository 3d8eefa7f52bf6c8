using Microsoft.EntityFrameworkCore;
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
/// What all enrolments share: a factor is pending in one session until a code proves that its owner has it, and once it is proved every
/// browser has to prove one again.
/// </summary>
public sealed class FactorEnrolment(
    SsoDbContext database, FactorProofs proofs, BrowserSessions sessions, SecurityMails mails, NoticeTexts texts, TimeProvider clock)
{
    /// <summary>What this session is enrolling by that method; null if there is nothing, or its time is over.</summary>
    public Task<SecondFactor?> PendingAsync(SignInRow signIn, ProofMethod method, CancellationToken cancellation)
    {
        var since = clock.GetUtcNow() - SecondFactor.PendingLifetime;
        return database.PendingFactors(signIn).AsNoTracking()
            .Where(row => row.Method == method && row.CreatedAt > since)
            .OrderByDescending(row => row.CreatedAt).FirstOrDefaultAsync(cancellation);
    }

    /// <summary>Activates what is pending when the code is right: possession is proved, so it counts for this sign-in as well.</summary>
    /// <param name="activate">False if it is gone, or the session has ended meanwhile.</param>
    public async Task<CodeOutcome> ConfirmAsync(
        Visit visit, AuthorizationRequest request, SignInRow signIn, ProofMethod method, string? typed,
        Func<SecondFactor, string, Task<CodeOutcome>> compare, Func<SecondFactor, Task<bool>> activate, CancellationToken cancellation)
    {
        if (TypedCode.SixDigits(typed).Failed(out var refused, out var code))
        {
            return refused;
        }

        if (await PendingAsync(signIn, method, cancellation) is not { } pending)
        {
            return new CodeOutcome.Expired();
        }

        if (await proofs.ReserveAsync(visit, signIn, request, cancellation) is { } stopped)
        {
            await (stopped is CodeOutcome.ChallengeVoid ? VoidAsync(signIn, cancellation) : Task.CompletedTask);
            return stopped;
        }

        var outcome = await compare(pending, code);
        if (outcome is CodeOutcome.Accepted)
        {
            return await activate(pending) ? outcome : new CodeOutcome.Expired();
        }

        if (outcome.Failure is { } reason)
        {
            await FailedAsync(signIn, request, method, reason, cancellation);
        }

        if (outcome is CodeOutcome.ChallengeVoid)
        {
            await VoidAsync(signIn, cancellation);
        }

        return outcome;
    }

    public async Task FailedAsync(
        SignInRow signIn, AuthorizationRequest request, ProofMethod method, string reason, CancellationToken cancellation)
    {
        database.SecurityEvents.Add(SecurityEvent.SecondFactorFailed(
            clock.GetUtcNow(), signIn.PersonId, signIn.SessionId, request.Client.Id, method, reason));
        await database.SaveChangesAsync(cancellation);
    }

    /// <summary>
    /// The end of an enrolment: the new factor, active in this context and not saved yet, was proved. If lost factors led here, this is
    /// when they go: together with the proof, or not at all. False if the session or that way back was closed in the meantime, or the
    /// pending factor is gone; then nothing is changed.
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
        var (recorded, mail, text) = replacesLost
            ? (SecurityEvent.FactorsReplaced(now, person, session, client, factor.Method),
                MailTable.FactorsReplaced, TextNotice.FactorsReplaced)
            : (SecurityEvent.SecondFactorEnrolled(now, person, session, client, factor.Method),
                MailTable.FactorAdded, TextNotice.FactorAdded);
        await mails.TellAsync(database, visit, person, mail, factor.Method, cancellation);
        await texts.TellAsync(database, person, text, cancellation);
        if (!await proofs.WriteAsync(visit, signIn, request, factor, recorded, cancellation))
        {
            return false;
        }

        if (replacesLost)
        {
            await database.RemoveOtherFactorsAsync(person, factor.Id, session, now, cancellation);
        }
        else
        {
            await database.MethodsChangedAsync(person, now, cancellation);
        }

        return true;
    }, cancellation);

    /// <summary>
    /// Sign-in restarts at the password, and the enrolment with another seed or code: whatever was being guessed is now worthless.
    /// </summary>
    private async Task VoidAsync(SignInRow signIn, CancellationToken cancellation)
    {
        await database.PendingFactors(signIn).ExecuteDeleteAsync(cancellation);
        await sessions.ForgetProofsAsync(signIn.SessionId, cancellation);
    }
}
