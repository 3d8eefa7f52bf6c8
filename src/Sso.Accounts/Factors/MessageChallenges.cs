using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Limits;
using Sso.Accounts.Mails;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Data.Sessions;
using Sso.Delivery;
using Sso.Delivery.Spending;

namespace Sso.Accounts.Factors;

/// <summary>A code on its way, as the page shows it.</summary>
public sealed record MessageChallengeView(string Recipient, TimeSpan Life, TimeSpan ResendIn, bool CanResend)
{
    /// <summary>It came too late to be typed.</summary>
    public bool IsOver => Life == TimeSpan.Zero;
}

/// <summary>
/// Codes by text message, for sign-in and for enrolment, and by mail: one valid code per challenge, for five minutes from its creation and
/// for five tries, sent again as often as <see cref="LimitTable.Resend"/> allows. Tries and sendings are counted in the row before they are
/// made.
/// </summary>
public sealed class MessageChallenges(
    SsoDbContext database, Sealer sealer, TextQueue queue, SendLimits limits, Throttle throttle, SecurityMails mails, TimeProvider clock)
{
    /// <summary>The latest challenge of this session for this factor.</summary>
    public Task<MessageChallenge?> LatestAsync(SignInRow signIn, Guid factorId, CancellationToken cancellation) =>
        database.MessageChallenges.AsNoTracking()
            .Where(row => row.SessionId == signIn.SessionId && row.FactorId == factorId)
            .OrderByDescending(row => row.Id).FirstOrDefaultAsync(cancellation);

    /// <summary>Sends a new code, unless one was sent before that is still valid.</summary>
    public async Task<SendOutcome> SendAsync(Visit visit, SignInRow signIn, CodeRecipient recipient, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var latest = await LatestAsync(signIn, recipient.Id, cancellation);
        if ((latest is not null && IsLiving(latest, now))
            || !await throttle.ReserveNewTextAsync(signIn.SessionId, recipient.Id, latest?.Id, cancellation))
        {
            return new SendOutcome.AlreadySent();
        }

        if (await ReserveSendAsync(visit, signIn, recipient, now, cancellation) is { } refused)
        {
            return refused;
        }

        var challenge = new MessageChallenge
        {
            Id = Guid.CreateVersion7(now),
            KeyId = sealer.CurrentKeyId,
            FactorId = recipient.Id,
            SessionId = signIn.SessionId,
            CreatedAt = now,
            ExpiresAt = now + MessageChallenge.Lifetime,
            LastSentAt = now,
        };
        database.MessageChallenges.Add(challenge);
        await EnqueueAsync(visit, challenge, recipient, now, cancellation);
        return new SendOutcome.Sent();
    }

    /// <summary>Sends the valid code once more, or a new one if it has expired.</summary>
    public async Task<SendOutcome> ResendAsync(Visit visit, SignInRow signIn, CodeRecipient recipient, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (await LatestAsync(signIn, recipient.Id, cancellation) is not { } latest || !IsLiving(latest, now))
        {
            return await SendAsync(visit, signIn, recipient, cancellation);
        }

        if (latest.Sends >= LimitTable.Resend.Most)
        {
            throttle.Reached(LimitTable.Resend);
            return new SendOutcome.LimitReached(latest.ExpiresAt - now);
        }

        if (ResendIn(latest, now) is var wait && wait > TimeSpan.Zero)
        {
            throttle.Reached(LimitTable.Resend);
            return new SendOutcome.Wait(wait);
        }

        var counted = await database.MessageChallenges.Where(row => row.Id == latest.Id && row.Sends == latest.Sends)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Sends, row => row.Sends + 1).SetProperty(row => row.LastSentAt, now), cancellation);
        if (counted == 0)
        {
            return new SendOutcome.AlreadySent();
        }

        if (await ReserveSendAsync(visit, signIn, recipient, now, cancellation) is { } refused)
        {
            return refused;
        }

        await EnqueueAsync(visit, latest, recipient, now, cancellation);
        return new SendOutcome.Sent();
    }

    /// <summary>Counts the try, then compares; the right code is accepted once, from whichever request comes first on any node.</summary>
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

        var counted = await database.MessageChallenges
            .Where(row => row.Id == challenge.Id && row.UsedAt == null && row.Tries < MessageChallenge.MaximumTries)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Tries, row => row.Tries + 1), cancellation);
        if (counted == 0)
        {
            return new CodeOutcome.ChallengeVoid();
        }

        if (MessageCode.Derive(sealer, challenge) is not { } right
            || !CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(right), Encoding.ASCII.GetBytes(code)))
        {
            return challenge.Tries + 1 >= MessageChallenge.MaximumTries ? new CodeOutcome.ChallengeVoid() : new CodeOutcome.Wrong();
        }

        var taken = await database.MessageChallenges.Where(row => row.Id == challenge.Id && row.UsedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedAt, now), cancellation);
        if (taken == 0)
        {
            return new CodeOutcome.Used();
        }

        await limits.CodeEnteredAsync(database, challenge.Id, now, cancellation);
        return new CodeOutcome.Accepted();
    }

    public async Task<MessageChallengeView?> ViewAsync(SignInRow signIn, CodeRecipient recipient, CancellationToken cancellation)
    {
        if (await LatestAsync(signIn, recipient.Id, cancellation) is not { UsedAt: null } latest)
        {
            return null;
        }

        var now = clock.GetUtcNow();
        var (life, isLiving) = (latest.ExpiresAt - now, IsLiving(latest, now));
        return new(
            Shown(recipient),
            life > TimeSpan.Zero ? life : TimeSpan.Zero,
            isLiving ? ResendIn(latest, now) : TimeSpan.Zero,
            !isLiving || latest.Sends < LimitTable.Resend.Most);
    }

    /// <summary>A number is shown in full only where its owner has just typed it.</summary>
    private string Shown(CodeRecipient recipient) => recipient switch
    {
        CodeRecipient.Phone { Purpose: TextPurpose.Enrolment, Factor: var pending } => NumberOf(pending).Grouped,
        CodeRecipient.Phone phone => NumberOf(phone.Factor).Masked,
        CodeRecipient.Mailbox mailbox => mailbox.Masked,
        _ => throw new UnreachableException(),
    };

    public PhoneNumber NumberOf(SecondFactor factor) => PhoneNumber.FromStored(factor.NumberBy(sealer));

    /// <summary>As the row of that factor keeps it.</summary>
    public SealedNumber Seal(Guid factorId, PhoneNumber number) => SealedNumber.Of(factorId, number.E164, sealer);

    private static bool IsLiving(MessageChallenge challenge, DateTimeOffset now) =>
        challenge.UsedAt is null && challenge.ExpiresAt > now && challenge.Tries < MessageChallenge.MaximumTries;

    private static TimeSpan ResendIn(MessageChallenge challenge, DateTimeOffset now)
    {
        var left = challenge.LastSentAt + LimitTable.Resend.WaitAfter(challenge.Sends) - now;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Null if the code may leave.</summary>
    private async Task<SendOutcome?> ReserveSendAsync(
        Visit visit, SignInRow signIn, CodeRecipient recipient, DateTimeOffset now, CancellationToken cancellation)
    {
        var address = visit.CountedAddress;
        if (recipient is not CodeRecipient.Phone phone)
        {
            return await throttle.ReserveMailCodeAsync(signIn.PersonId, address, cancellation) is { } wait
                ? new SendOutcome.LimitReached(wait)
                : null;
        }

        var request = new SendRequest(NumberOf(phone.Factor), phone.Purpose, signIn.PersonId, address);
        return await limits.TryReserveAsync(database, request, now, cancellation) switch
        {
            null => null,
            { IsOwn: true, Wait: { } wait } => new SendOutcome.LimitReached(wait),
            var stop => new SendOutcome.Stopped(stop.Wait),
        };
    }

    private async Task EnqueueAsync(
        Visit visit, MessageChallenge challenge, CodeRecipient recipient, DateTimeOffset now, CancellationToken cancellation)
    {
        switch (recipient)
        {
            case CodeRecipient.Phone phone:
                await queue.EnqueueAsync(
                    database, challenge, phone.Purpose, CultureInfo.CurrentUICulture.TwoLetterISOLanguageName, cancellation);
                break;
            case CodeRecipient.Mailbox mailbox:
                var code = MessageCode.Derive(sealer, challenge)
                    ?? throw new InvalidOperationException("The data key of a living challenge is gone.");
                mails.Tell(database, visit, mailbox.Owner, MailTable.SignInCode, new(code, challenge.ExpiresAt - now));
                break;
            default:
                throw new UnreachableException();
        }

        await database.SaveChangesAsync(cancellation);
    }
}

/// <summary>Where the code of a challenge goes.</summary>
public abstract record CodeRecipient
{
    private CodeRecipient() { }

    /// <summary>The row that a challenge belongs to, so that a code for one phone or mailbox is never right for another.</summary>
    public abstract Guid Id { get; }

    public sealed record Phone(SecondFactor Factor, TextPurpose Purpose) : CodeRecipient
    {
        public override Guid Id => Factor.Id;
    }

    /// <summary>The confirmed address of a person.</summary>
    public sealed record Mailbox(Person Owner) : CodeRecipient
    {
        public override Guid Id => Owner.Id;

        /// <summary>"a•••@example.it"</summary>
        public string Masked => EmailAddress.Mask(Owner.Email!);
    }
}
