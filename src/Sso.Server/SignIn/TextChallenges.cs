using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Secrets;
using Sso.Data.Sessions;
using Sso.Delivery;
using Sso.Delivery.Spending;
using Sso.Server.Http;

namespace Sso.Server.SignIn;

/// <summary>A code on its way to a phone, as the page shows it.</summary>
public sealed record TextChallengeView(string Number, TimeSpan Life, TimeSpan ResendIn, bool CanResend);

/// <summary>
/// Codes by text message, for sign-in and for enrolment: one living code per challenge, five minutes from creation, five tries, sent at most four times
/// (again after 30, 60 and 120 seconds). Everything that is counted is counted in the row before it is done.
/// </summary>
public sealed class TextChallenges(SsoDbContext database, Sealer sealer, TextQueue queue, SendLimits limits, Throttle throttle, TimeProvider clock)
{
    /// <summary>The latest challenge of this session for this factor.</summary>
    public Task<TextChallenge?> LatestAsync(SignInRow signIn, Guid factorId, CancellationToken cancellation) => database.TextChallenges.AsNoTracking()
        .Where(row => row.SessionId == signIn.SessionId && row.FactorId == factorId)
        .OrderByDescending(row => row.Id).FirstOrDefaultAsync(cancellation);

    /// <summary>Sends a new code, unless a living one was sent before.</summary>
    public async Task<SendOutcome> SendAsync(HttpContext http, SignInRow signIn, SecondFactor factor, TextPurpose purpose, CancellationToken cancellation)
    {
        if (await LatestAsync(signIn, factor.Id, cancellation) is { } latest && IsLiving(latest))
        {
            return new SendOutcome.AlreadySent();
        }

        if (!await throttle.ReserveNewTextAsync(signIn.SessionId, factor.Id, cancellation))
        {
            return new SendOutcome.AlreadySent();
        }

        if (await ReserveSendAsync(http, signIn, factor, purpose, cancellation) is { } wait)
        {
            return new SendOutcome.LimitReached(wait);
        }

        var now = clock.GetUtcNow();
        var challenge = new TextChallenge
        {
            Id = Guid.CreateVersion7(now),
            KeyId = sealer.CurrentKeyId,
            FactorId = factor.Id,
            SessionId = signIn.SessionId,
            CreatedAt = now,
            ExpiresAt = now + TextChallenge.Lifetime,
            LastSentAt = now,
        };
        database.TextChallenges.Add(challenge);
        await EnqueueAsync(challenge, purpose, cancellation);
        return new SendOutcome.Sent();
    }

    /// <summary>Sends the living code once more, or a new one when it has expired.</summary>
    public async Task<SendOutcome> ResendAsync(HttpContext http, SignInRow signIn, SecondFactor factor, TextPurpose purpose, CancellationToken cancellation)
    {
        if (await LatestAsync(signIn, factor.Id, cancellation) is not { } latest || !IsLiving(latest))
        {
            return await SendAsync(http, signIn, factor, purpose, cancellation);
        }

        var now = clock.GetUtcNow();
        if (latest.Sends >= TextChallenge.MaximumSends)
        {
            return new SendOutcome.LimitReached(latest.ExpiresAt - now);
        }

        if (ResendIn(latest) is var wait && wait > TimeSpan.Zero)
        {
            return new SendOutcome.Wait(wait);
        }

        var counted = await database.TextChallenges.Where(row => row.Id == latest.Id && row.Sends == latest.Sends)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Sends, row => row.Sends + 1).SetProperty(row => row.LastSentAt, now), cancellation);
        if (counted == 0)
        {
            return new SendOutcome.AlreadySent();
        }

        if (await ReserveSendAsync(http, signIn, factor, purpose, cancellation) is { } limit)
        {
            return new SendOutcome.LimitReached(limit);
        }

        await EnqueueAsync(latest, purpose, cancellation);
        return new SendOutcome.Sent();
    }

    /// <summary>Counts the try, then compares; the right code is taken once, by whichever request comes first on any node.</summary>
    public async Task<CodeOutcome> CheckAsync(SignInRow signIn, Guid factorId, string code, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (await LatestAsync(signIn, factorId, cancellation) is not { } challenge || challenge.ExpiresAt <= now)
        {
            return new CodeOutcome.Expired();
        }

        if (challenge.UsedAt is not null)
        {
            return new CodeOutcome.Used();
        }

        var counted = await database.TextChallenges
            .Where(row => row.Id == challenge.Id && row.UsedAt == null && row.Tries < TextChallenge.MaximumTries)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Tries, row => row.Tries + 1), cancellation);
        if (counted == 0)
        {
            return new CodeOutcome.ChallengeVoid();
        }

        if (TextCode.Derive(sealer, challenge) is not { } right
            || !CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(right), Encoding.ASCII.GetBytes(code)))
        {
            return challenge.Tries + 1 >= TextChallenge.MaximumTries ? new CodeOutcome.ChallengeVoid() : new CodeOutcome.Wrong();
        }

        var taken = await database.TextChallenges.Where(row => row.Id == challenge.Id && row.UsedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedAt, now), cancellation);
        if (taken == 0)
        {
            return new CodeOutcome.Used();
        }

        await limits.CodeEnteredAsync(database, challenge.Id, now, cancellation);
        return new CodeOutcome.Accepted();
    }

    public async Task<TextChallengeView?> ViewAsync(SignInRow signIn, SecondFactor factor, bool masked, CancellationToken cancellation)
    {
        if (await LatestAsync(signIn, factor.Id, cancellation) is not { UsedAt: null } latest)
        {
            return null;
        }

        var number = NumberOf(factor);
        var life = latest.ExpiresAt - clock.GetUtcNow();
        return new(
            masked ? number.Masked : number.Grouped,
            life > TimeSpan.Zero ? life : TimeSpan.Zero,
            IsLiving(latest) ? ResendIn(latest) : TimeSpan.Zero,
            !IsLiving(latest) || latest.Sends < TextChallenge.MaximumSends);
    }

    public PhoneNumber NumberOf(SecondFactor factor) => PhoneNumber.FromStored(sealer.UnprotectText(factor.Context, factor.Protected));

    private bool IsLiving(TextChallenge challenge) =>
        challenge.UsedAt is null && challenge.ExpiresAt > clock.GetUtcNow() && challenge.Tries < TextChallenge.MaximumTries;

    private TimeSpan ResendIn(TextChallenge challenge)
    {
        var wait = TimeSpan.FromSeconds(30 * Math.Pow(2, challenge.Sends - 1));
        var left = challenge.LastSentAt + wait - clock.GetUtcNow();
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private Task<TimeSpan?> ReserveSendAsync(
        HttpContext http, SignInRow signIn, SecondFactor factor, TextPurpose purpose, CancellationToken cancellation)
    {
        var request = new SendRequest(NumberOf(factor), purpose, signIn.PersonId, ClientAddress.Counted(http));
        return limits.TryReserveAsync(database, request, clock.GetUtcNow(), cancellation);
    }

    private async Task EnqueueAsync(TextChallenge challenge, TextPurpose purpose, CancellationToken cancellation)
    {
        await queue.EnqueueAsync(database, challenge, purpose, CultureInfo.CurrentUICulture.TwoLetterISOLanguageName, cancellation);
        await database.SaveChangesAsync(cancellation);
        queue.Wake();
    }
}
