using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Sessions;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Accounts.Visits;

namespace Sso.Accounts.Factors;

/// <summary>
/// Codes by mail to the confirmed address, for people without a second factor, and only if a client is content with them.
/// </summary>
public sealed class MailCodes(SsoDbContext database, MessageChallenges challenges, SecondStep step)
{
    public async Task<SendOutcome> SendAsync(Visit visit, SignInRow signIn, CancellationToken cancellation) =>
        await challenges.SendAsync(visit, signIn, await MailboxAsync(signIn, cancellation), cancellation);

    public async Task<SendOutcome> ResendAsync(Visit visit, SignInRow signIn, CancellationToken cancellation) =>
        await challenges.ResendAsync(visit, signIn, await MailboxAsync(signIn, cancellation), cancellation);

    public async Task<MessageChallengeView?> CurrentAsync(SignInRow signIn, CancellationToken cancellation) =>
        await challenges.ViewAsync(signIn, await MailboxAsync(signIn, cancellation), cancellation);

    public Task<CodeOutcome> CheckAsync(
        Visit visit, AuthorizationRequest request, SignInRow signIn, string? typed, CancellationToken cancellation) =>
        step.TryCodeAsync(
            visit, request, signIn, ProofMethod.MailCode, typed,
            async code => (await challenges.CheckAsync(signIn, signIn.PersonId, code, cancellation), null), cancellation);

    private async Task<CodeRecipient> MailboxAsync(SignInRow signIn, CancellationToken cancellation) =>
        new CodeRecipient.Mailbox(await database.Users.AsNoTracking().SingleAsync(person => person.Id == signIn.PersonId, cancellation));
}
