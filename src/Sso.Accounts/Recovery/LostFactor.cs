using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Limits;
using Sso.Accounts.Localization;
using Sso.Accounts.Mails;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Sessions;
using Sso.Protocol.Authorization;

namespace Sso.Accounts.Recovery;

/// <summary>Where somebody who has lost every second factor stands on the way back.</summary>
public enum LostFactorState
{
    MayAsk,

    /// <summary>Asked for, and the wait is not over.</summary>
    Waiting,

    /// <summary>The wait is over: the link is in the mailbox.</summary>
    Ready,

    /// <summary>No confirmed address, asked for too often, or not wanted by the operator: a human has to help.</summary>
    Contact,
}

/// <summary>
/// The way back for people who have lost every second factor: asked for after the password, announced on every channel at once, and open
/// after a wait with a mailed link together with the password. It leads only to the enrolment of a new factor, and the old ones go only
/// once the new one is proved.
/// </summary>
public sealed class LostFactor(
    SsoDbContext database, SecurityMails mails, NoticeTexts texts, Throttle throttle, SignInOptions options, TimeProvider clock)
{
    public Task<LostFactorState> StateAsync(SignInRow signIn, CancellationToken cancellation) =>
        StateAsync(signIn, clock.GetUtcNow(), cancellation);

    private async Task<LostFactorState> StateAsync(SignInRow signIn, DateTimeOffset now, CancellationToken cancellation)
    {
        if (signIn.RecoveryReadyAt is { } ready)
        {
            return ready <= now ? LostFactorState.Ready : LostFactorState.Waiting;
        }

        return options.LostFactor == SignInOptions.LostFactorByContact
            || !await database.Users.AnyAsync(
                person => person.Id == signIn.PersonId && person.EmailConfirmed && person.Email != null, cancellation)
            || await throttle.IsLostFactorReachedAsync(signIn.PersonId, now, cancellation)
            ? LostFactorState.Contact
            : LostFactorState.MayAsk;
    }

    /// <summary>The wait begins. Asking twice at once makes one request; the page has already told people who may not ask.</summary>
    public async Task RequestAsync(Visit visit, AuthorizationRequest request, SignInRow signIn, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (await StateAsync(signIn, now, cancellation) != LostFactorState.MayAsk
            || !await throttle.ReserveLostFactorAsync(signIn.PersonId, cancellation))
        {
            return;
        }

        var person = await database.Users.SingleAsync(row => row.Id == signIn.PersonId, cancellation);
        var recovery = new FactorRecovery
        {
            PersonId = signIn.PersonId,
            RequestedAt = now,
            ReadyAt = now + options.LostFactorWait,
            ExpiresAt = now + options.LostFactorWait + FactorRecovery.Window,
            Language = Languages.Of(person).TwoLetterISOLanguageName,
        };
        await database.AllOrNothingAsync(async () =>
        {
            if (!await database.TryInsertAsync(recovery, cancellation))
            {
                await throttle.ReleaseLostFactorAsync(signIn.PersonId, cancellation);
                return;
            }

            database.SecurityEvents.Add(
                SecurityEvent.LostFactorReported(now, signIn.PersonId, signIn.SessionId, request.Client.Id));
            mails.Tell(database, visit, person, MailTable.RecoveryRequested, recovery);
            await texts.TellAsync(database, person.Id, TextNotice.FactorsLost, cancellation);
        }, cancellation);
    }

    /// <summary>The link once more; a newer one voids the older. False if it was asked for too often.</summary>
    public async Task<bool> SendLinkAsync(Visit visit, SignInRow signIn, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (signIn.RecoveryReadyAt is not { } ready || ready > now
            || !await throttle.ReserveLostFactorLinkAsync(signIn.PersonId, cancellation))
        {
            return false;
        }

        return await database.AllOrNothingAsync(async () =>
        {
            await mails.RecoveryReadyAsync(database, visit, signIn.PersonId, cancellation);
            return true;
        }, cancellation);
    }

    /// <summary>The person of a valid link.</summary>
    public Task<Person?> OwnerOfAsync(string? link, MailedLinkPurpose purpose, CancellationToken cancellation) =>
        database.FindOwnerAsync(link, purpose, clock.GetUtcNow(), cancellation);

    /// <summary>
    /// Uses the link: from now on this flow, and no other, leads from the password to a new factor. False if the link is dead.
    /// </summary>
    public Task<bool> OpenAsync(string? link, Guid flowId, CancellationToken cancellation) => database.AllOrNothingAsync(async () =>
    {
        var now = clock.GetUtcNow();
        if (await database.FindOwnerAsync(link, MailedLinkPurpose.OpenRecovery, now, cancellation) is not { } owner
            || !await database.TryUseAsync(link!, MailedLinkPurpose.OpenRecovery, now, cancellation)
            || !await database.OpenRecoveryAsync(owner.Id, flowId, now, cancellation))
        {
            return false;
        }

        database.SecurityEvents.Add(SecurityEvent.LostFactorLinkUsed(now, owner.Id));
        return true;
    }, cancellation);

    /// <summary>"I have found my phone", with the link in a mail. False if the link is dead.</summary>
    public Task<bool> StopByLinkAsync(
        Visit visit, string? link, CancellationToken cancellation) => database.AllOrNothingAsync(async () =>
    {
        var now = clock.GetUtcNow();
        return await database.FindOwnerAsync(link, MailedLinkPurpose.StopRecovery, now, cancellation) is { } owner
            && await database.TryUseAsync(link!, MailedLinkPurpose.StopRecovery, now, cancellation)
            && await StopAsync(visit, owner.Id, "by mail", cancellation);
    }, cancellation);

    /// <summary>By the button in the account area.</summary>
    public Task StopByOwnerAsync(
        Visit visit, SignInRow signIn, CancellationToken cancellation) => database.AllOrNothingAsync(async () =>
    {
        await StopAsync(visit, signIn.PersonId, "in the account area", cancellation);
    }, cancellation);

    /// <summary>Ends it and leaves event and notice for the caller to save, in whose transaction this is.</summary>
    public async Task<bool> StopAsync(Visit visit, Guid personId, string because, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (!await database.EndRecoveryAsync(personId, openedIn: null, now, cancellation))
        {
            return false;
        }

        database.SecurityEvents.Add(SecurityEvent.LostFactorStopped(now, personId, because));
        await mails.TellAsync(database, visit, personId, MailTable.RecoveryStopped, cancellation);
        return true;
    }
}
