using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Secrets;
using Sso.Data.Sessions;
using Sso.Delivery;
using Sso.Protocol.Authorization;
using Sso.Server.Authorization;

namespace Sso.Server.SignIn;

/// <summary>Enrolling a phone for text messages: the number is pending for 15 minutes, until the code that was sent to it comes back.</summary>
public sealed class TextEnrolment(
    SsoDbContext database, Sealer sealer, PhoneNumbers numbers, TextChallenges challenges, FactorProofs proofs, TimeProvider clock)
{
    public async Task<NumberOutcome> BeginAsync(HttpContext http, SignInRow signIn, string country, string? typed, CancellationToken cancellation)
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
                return await SendToAsync(http, signIn, valid.Number, cancellation);
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>The number whole: the person has just typed it. Null when nothing is pending.</summary>
    public async Task<TextChallengeView?> CurrentAsync(SignInRow signIn, CancellationToken cancellation) =>
        await PendingAsync(signIn, cancellation) is { } pending ? await challenges.ViewAsync(signIn, Of(pending), cancellation) : null;

    public async Task<SendOutcome?> ResendAsync(HttpContext http, SignInRow signIn, CancellationToken cancellation) =>
        await PendingAsync(signIn, cancellation) is { } pending
            ? await challenges.ResendAsync(http, signIn, Of(pending), cancellation)
            : null;

    /// <summary>Activates the number when the code is right: possession is proved, so it counts for this sign-in as well.</summary>
    public async Task<CodeOutcome> ConfirmAsync(HttpContext http, Flow flow, SignInRow signIn, string? typed, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(typed))
        {
            return new CodeOutcome.Empty();
        }

        if (TypedCode.SixDigits(typed) is not { } code)
        {
            return new CodeOutcome.Format();
        }

        if (await PendingAsync(signIn, cancellation) is not { } pending)
        {
            return new CodeOutcome.Expired();
        }

        if (await proofs.ReserveAsync(http, signIn, flow, method: null, cancellation) is { } refused)
        {
            return refused;
        }

        var outcome = await challenges.CheckAsync(signIn, pending.Id, code, cancellation);
        switch (outcome)
        {
            case CodeOutcome.Accepted:
                database.Attach(pending).Entity.Activate(clock.GetUtcNow());
                return await proofs.EnrolledAsync(http, signIn, flow, pending, cancellation) ? outcome : new CodeOutcome.Expired();
            case CodeOutcome.ChallengeVoid:
                await proofs.VoidAsync(signIn, cancellation);
                break;
            case CodeOutcome.Wrong:
                await proofs.FailedAsync(http, signIn, flow, ProofMethod.TextMessage, cancellation);
                break;
        }

        return outcome;
    }

    /// <summary>The same number again is the same enrolment; another one replaces it.</summary>
    private async Task<NumberOutcome> SendToAsync(HttpContext http, SignInRow signIn, PhoneNumber number, CancellationToken cancellation)
    {
        var pending = await PendingAsync(signIn, cancellation);
        if (pending is null || challenges.NumberOf(pending).E164 != number.E164)
        {
            await database.SecondFactors
                .Where(row => row.PersonId == signIn.PersonId && row.Method == ProofMethod.TextMessage && row.ActivatedAt == null)
                .ExecuteDeleteAsync(cancellation);
            var now = clock.GetUtcNow();
            var id = Guid.CreateVersion7(now);
            pending = new SecondFactor
            {
                Id = id,
                PersonId = signIn.PersonId,
                Method = ProofMethod.TextMessage,
                Protected = sealer.Protect(SecondFactor.ContextOf(id), number.E164),
                CreatedAt = now,
            };
            database.SecondFactors.Add(pending);
            await database.SaveChangesAsync(cancellation);
        }

        return await challenges.SendAsync(http, signIn, Of(pending), cancellation) is SendOutcome.LimitReached limit
            ? new NumberOutcome.LimitReached(limit.For)
            : new NumberOutcome.Sent();
    }

    private static CodeRecipient.Phone Of(SecondFactor pending) => new(pending, TextPurpose.Enrolment);

    private Task<SecondFactor?> PendingAsync(SignInRow signIn, CancellationToken cancellation)
    {
        var since = clock.GetUtcNow() - SecondFactor.PendingLifetime;
        return database.SecondFactors.AsNoTracking()
            .Where(row => row.PersonId == signIn.PersonId && row.Method == ProofMethod.TextMessage && row.ActivatedAt == null && row.CreatedAt > since)
            .OrderByDescending(row => row.CreatedAt).FirstOrDefaultAsync(cancellation);
    }
}
