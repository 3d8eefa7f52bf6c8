using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Contacts;
using Sso.Accounts.Limits;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.Sessions;
using Sso.Delivery;
using Sso.Protocol;
using Sso.Protocol.Authorization;

namespace Sso.Accounts.Factors;

/// <summary>
/// Enrols a phone for text messages: the number is pending for 15 minutes, until the code that was sent to it is entered.
/// </summary>
public sealed class TextEnrolment(
    SsoDbContext database, PhoneNumbers numbers, MessageChallenges challenges, FactorEnrolment enrolment,
    FactorProofs proofs, NumberHistory changes, Throttle throttle, TimeProvider clock)
{
    /// <summary>A number to sign in with, which also gets the priority notices.</summary>
    public Task<NumberOutcome> BeginAsync(
        Visit visit, SignInRow signIn, string country, string? typed, CancellationToken cancellation) =>
        BeginAsync(visit, signIn, country, typed, new NumberWish(ForSignIn: true, ForNotices: true), cancellation);

    public async Task<NumberOutcome> BeginAsync(
        Visit visit, SignInRow signIn, string country, string? typed, NumberWish wish, CancellationToken cancellation)
    {
        switch (numbers.Parse(country, typed))
        {
            case PhoneNumberOutcome.Empty:
                return new NumberOutcome.Empty();
            case PhoneNumberOutcome.Invalid:
                return new NumberOutcome.Invalid();
            case PhoneNumberOutcome.NotMobile:
                return new NumberOutcome.NotMobile();
            case PhoneNumberOutcome.CountryNotServed:
                return new NumberOutcome.CountryNotServed();
            case PhoneNumberOutcome.Valid valid:
                return await SendToAsync(visit, signIn, valid.Number, wish, cancellation);
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>The number in full: the person has just typed it. Null if nothing is pending.</summary>
    public async Task<MessageChallengeView?> CurrentAsync(SignInRow signIn, CancellationToken cancellation) =>
        await PendingAsync(signIn, cancellation) is { } pending ? await challenges.ViewAsync(signIn, Of(pending), cancellation) : null;

    public async Task<SendOutcome?> ResendAsync(Visit visit, SignInRow signIn, CancellationToken cancellation) =>
        await PendingAsync(signIn, cancellation) is { } pending
            ? await challenges.ResendAsync(visit, signIn, Of(pending), cancellation)
            : null;

    public Task<CodeOutcome> ConfirmAsync(
        Visit visit, AuthorizationRequest request, SignInRow signIn, string? typed, CancellationToken cancellation) =>
        enrolment.ConfirmAsync(
            visit, request, signIn, ProofMethod.TextMessage, typed,
            (pending, code) => challenges.CheckAsync(signIn, pending.Id, code, cancellation),
            pending => ActivateAsync(visit, request, signIn, pending, cancellation), cancellation);

    /// <summary>False if the session was ended meanwhile, or the way back for lost factors was closed; then nothing is changed.</summary>
    private Task<bool> ActivateAsync(
        Visit visit, AuthorizationRequest request, SignInRow signIn, SecondFactor pending,
        CancellationToken cancellation) => database.AllOrNothingAsync(async () =>
    {
        if (!await database.HoldAsync(signIn, cancellation)
            || !await database.PendingFactors(signIn).AnyAsync(row => row.Id == pending.Id, cancellation))
        {
            return false;
        }

        var hasReplaced = await changes.ActivateAsync(visit, signIn, pending, cancellation);
        if (!pending.UsedForSignIn)
        {
            await (hasReplaced ? Task.CompletedTask : changes.TellAddedAsync(visit, signIn, cancellation));
            await database.SaveChangesAsync(cancellation);
            await throttle.CodeWasRightAsync(signIn.PersonId, cancellation);
        }
        else if (hasReplaced)
        {
            var now = clock.GetUtcNow();
            var proved = SecurityEvent.SecondFactorProved(
                now, signIn.PersonId, signIn.SessionId, request.Client.Id, ProofMethod.TextMessage);
            if (!await proofs.WriteAsync(visit, signIn, request, factor: null, proved, cancellation))
            {
                return false;
            }

            await database.MethodsChangedAsync(signIn.PersonId, now, cancellation);
        }
        else if (!await enrolment.EnrolledAsync(visit, signIn, request, pending, cancellation))
        {
            return false;
        }

        return true;
    }, cancellation);

    /// <summary>The same number again for the same purpose is the same enrolment; another one replaces it.</summary>
    private async Task<NumberOutcome> SendToAsync(
        Visit visit, SignInRow signIn, PhoneNumber number, NumberWish wish, CancellationToken cancellation)
    {
        var verified = await database.VerifiedNumbers(signIn.PersonId).AsNoTracking().ToListAsync(cancellation);
        // A person who has lost every factor may prove the same number again, with a new SIM card.
        if (signIn.RecoveryFlowId is null && verified.Any(row => challenges.NumberOf(row).E164 == number.E164 && wish.IsMetBy(row)))
        {
            return new NumberOutcome.AlreadyThere();
        }

        var pending = await PendingAsync(signIn, cancellation);
        if (pending is null || challenges.NumberOf(pending).E164 != number.E164 || !wish.IsThatOf(pending))
        {
            await database.PendingFactors(signIn).Where(row => row.Method == ProofMethod.TextMessage).ExecuteDeleteAsync(cancellation);
            var now = clock.GetUtcNow();
            var id = Guid.CreateVersion7(now);
            var stored = challenges.Seal(id, number);
            pending = new SecondFactor
            {
                Id = id,
                PersonId = signIn.PersonId,
                Method = ProofMethod.TextMessage,
                Protected = stored.Protected,
                NumberHash = stored.Hash,
                Replaces = wish.Replaces,
                CreatedAt = now,
                PendingSessionId = signIn.SessionId,
            };
            pending.UseFor(wish.ForSignIn, wish.ForNotices);
            database.SecondFactors.Add(pending);
            await database.SaveChangesAsync(cancellation);
        }

        return await challenges.SendAsync(visit, signIn, Of(pending), cancellation) switch
        {
            SendOutcome.LimitReached limit => new NumberOutcome.LimitReached(limit.For),
            SendOutcome.Stopped stopped => new NumberOutcome.Stopped(stopped.For),
            _ => new NumberOutcome.Sent(),
        };
    }

    private static CodeRecipient.Phone Of(SecondFactor pending) => new(pending, TextPurpose.Enrolment);

    private Task<SecondFactor?> PendingAsync(SignInRow signIn, CancellationToken cancellation) =>
        enrolment.PendingAsync(signIn, ProofMethod.TextMessage, cancellation);
}

/// <summary>What a number that is being proved is to be used for.</summary>
/// <param name="ForSignIn">Codes at sign-in: the number is a second factor.</param>
/// <param name="ForNotices">Priority notices.</param>
/// <param name="Replaces">The verified number whose place it takes, together with its uses.</param>
public sealed record NumberWish(bool ForSignIn, bool ForNotices, Guid? Replaces = null)
{
    internal bool IsMetBy(SecondFactor verified) =>
        Replaces is not null || ((verified.UsedForSignIn || !ForSignIn) && (verified.UsedForNotices || !ForNotices));

    internal bool IsThatOf(SecondFactor pending) =>
        pending.UsedForSignIn == ForSignIn && pending.UsedForNotices == ForNotices && pending.Replaces == Replaces;
}
