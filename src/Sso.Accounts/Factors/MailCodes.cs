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
public sealed class MailCodes(SsoDbContext database, MessageChallenges challenges, FactorProofs proofs)
{
    public async Task<SendOutcome> SendAsync(Visit visit, SignInRow signIn, CancellationToken cancellation) =>
        await challenges.SendAsync(visit, signIn, await MailboxAsync(signIn, cancellation), cancellation);

    public async Task<SendOutcome> ResendAsync(Visit visit, SignInRow signIn, CancellationToken cancellation) =>
        await challenges.ResendAsync(visit, signIn, await MailboxAsync(signIn, cancellation), cancellation);

    public async Task<MessageChallengeView?> CurrentAsync(SignInRow signIn, CancellationToken cancellation) =>
        await challenges.ViewAsync(signIn, await MailboxAsync(signIn, cancellation), cancellation);

    public async Task<CodeOutcome> CheckAsync(
        Visit visit, AuthorizationRequest request, SignInRow signIn, string? typed, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(typed))
        {
            return new CodeOutcome.Empty();
        }

        return TypedCode.SixDigits(typed) is not { } code
            ? new CodeOutcome.Format()
            : await proofs.ReserveAsync(visit, signIn, request, ProofMethod.MailCode, cancellation)
                ?? await proofs.RecordAsync(
                    visit, signIn, request, factor: null, ProofMethod.MailCode,
                    await challenges.CheckAsync(signIn, signIn.PersonId, code, cancellation), cancellation);
    }

    private async Task<CodeRecipient> MailboxAsync(SignInRow signIn, CancellationToken cancellation) =>
        new CodeRecipient.Mailbox(await database.Users.AsNoTracking().SingleAsync(person => person.Id == signIn.PersonId, cancellation));
}
