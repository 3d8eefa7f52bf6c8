using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Sessions;
using Sso.Protocol.Authorization;
using Sso.Server.Authorization;

namespace Sso.Server.SignIn;

/// <summary>
/// Codes by mail to the confirmed address, for people without a second factor and only where a client is content with them.
/// </summary>
public sealed class MailCodes(SsoDbContext database, MessageChallenges challenges, FactorProofs proofs)
{
    public async Task<SendOutcome> SendAsync(HttpContext http, SignInRow signIn, CancellationToken cancellation) =>
        await challenges.SendAsync(http, signIn, await MailboxAsync(signIn, cancellation), cancellation);

    public async Task<SendOutcome> ResendAsync(HttpContext http, SignInRow signIn, CancellationToken cancellation) =>
        await challenges.ResendAsync(http, signIn, await MailboxAsync(signIn, cancellation), cancellation);

    public async Task<MessageChallengeView?> CurrentAsync(SignInRow signIn, CancellationToken cancellation) =>
        await challenges.ViewAsync(signIn, await MailboxAsync(signIn, cancellation), cancellation);

    public async Task<CodeOutcome> CheckAsync(HttpContext http, Flow flow, SignInRow signIn, string? typed, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(typed))
        {
            return new CodeOutcome.Empty();
        }

        return TypedCode.SixDigits(typed) is not { } code
            ? new CodeOutcome.Format()
            : await proofs.ReserveAsync(http, signIn, flow, ProofMethod.MailCode, cancellation)
                ?? await proofs.RecordAsync(
                    http, signIn, flow, factor: null, ProofMethod.MailCode,
                    await challenges.CheckAsync(signIn, signIn.PersonId, code, cancellation), cancellation);
    }

    private async Task<CodeRecipient> MailboxAsync(SignInRow signIn, CancellationToken cancellation) =>
        new CodeRecipient.Mailbox(await database.Users.AsNoTracking().SingleAsync(person => person.Id == signIn.PersonId, cancellation));
}
