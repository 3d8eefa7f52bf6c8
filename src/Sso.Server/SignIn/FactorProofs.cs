using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Data.Sessions;
using Sso.Protocol.Authorization;
using Sso.Server.Authorization;
using Sso.Server.Http;
using Sso.Server.Mails;
using Sso.Server.Sessions;

namespace Sso.Server.SignIn;

/// <summary>What all second factors share: attempts are counted before the comparison, and the proof is written with everything that belongs to it.</summary>
public sealed class FactorProofs(SsoDbContext database, Throttle throttle, SessionCookies sessions, SecurityMails mails, TimeProvider clock)
{
    /// <summary>A factor with so many consecutive wrong codes is shut until an operator unlocks it.</summary>
    private const int ShutAt = 50;

    /// <summary>Counts an attempt against the person, the flow and the factor; an outcome when it may not be made.</summary>
    public async Task<CodeOutcome?> ReserveAsync(SignInRow signIn, Flow flow, SecondFactor? factor, CancellationToken cancellation)
    {
        if (!await throttle.ReserveTryAsync(signIn.SessionId, flow.Request.FlowId, cancellation))
        {
            await VoidAsync(signIn, flow, cancellation);
            return new CodeOutcome.ChallengeVoid();
        }

        if (await throttle.ReserveCodeAsync(signIn.PersonId, cancellation) is { } wait)
        {
            return new CodeOutcome.Locked(wait);
        }

        if (factor is null)
        {
            return null;
        }

        var counted = await database.SecondFactors.Where(row => row.Id == factor.Id && row.ConsecutiveFailures < ShutAt)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.ConsecutiveFailures, row => row.ConsecutiveFailures + 1), cancellation);
        return counted == 1 ? null : new CodeOutcome.Locked(TimeSpan.FromDays(1));
    }

    /// <summary>Sign-in restarts at the password.</summary>
    public async Task VoidAsync(SignInRow signIn, Flow flow, CancellationToken cancellation)
    {
        await sessions.ForgetProofsAsync(signIn.SessionId, cancellation);
        await throttle.ForgetTriesAsync(signIn.SessionId, flow.Request.FlowId, cancellation);
    }

    public async Task FailedAsync(HttpContext http, SignInRow signIn, Flow flow, ProofMethod method, CancellationToken cancellation)
    {
        database.SecurityEvents.Add(Event(http, signIn, flow, SecurityEventKind.SecondFactorFailed, method));
        await database.SaveChangesAsync(cancellation);
    }

    /// <summary>Writes the proof, its event and whatever the verifier left pending in one transaction, and gives the reservations back.</summary>
    public async Task SucceededAsync(
        HttpContext http, SignInRow signIn, Flow flow, SecondFactor? factor, ProofMethod method, SecurityEventKind kind, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        database.SecurityEvents.Add(Event(http, signIn, flow, kind, method));
        if (NoticeOf(kind) is { } notice)
        {
            await mails.TellAsync(database, http, signIn.PersonId, notice, cancellation);
        }

        await sessions.ProveAsync(http, signIn.PersonId, new Proof(method, now, flow.Request.FlowId), cancellation);
        if (factor is not null)
        {
            await database.SecondFactors.Where(row => row.Id == factor.Id).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.ConsecutiveFailures, 0).SetProperty(row => row.LastUsedAt, now), cancellation);
        }

        await throttle.CodeWasRightAsync(signIn.PersonId, cancellation);
        await throttle.ForgetTriesAsync(signIn.SessionId, flow.Request.FlowId, cancellation);
        mails.Send();
    }

    private static MailNotice? NoticeOf(SecurityEventKind kind) => kind switch
    {
        SecurityEventKind.SecondFactorEnrolled => MailNotice.FactorAdded,
        SecurityEventKind.RecoveryCodeUsed => MailNotice.RecoveryCodeUsed,
        _ => null,
    };

    private SecurityEvent Event(HttpContext http, SignInRow signIn, Flow flow, SecurityEventKind kind, ProofMethod method)
    {
        var now = clock.GetUtcNow();
        return new()
        {
            Id = Guid.CreateVersion7(now),
            At = now,
            Kind = kind,
            PersonId = signIn.PersonId,
            SessionId = signIn.SessionId,
            ClientId = flow.Request.Client.Id,
            Address = ClientAddress.Shown(http),
            Detail = method.ToString(),
        };
    }
}
