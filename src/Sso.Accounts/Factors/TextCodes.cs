using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Sessions;
using Sso.Protocol;
using Sso.Protocol.Authorization;

namespace Sso.Accounts.Factors;

/// <summary>
/// Codes by text message at sign-in, to a number that was verified before. Nothing is sent until the password has been right.
/// </summary>
/// <remarks>If a phone is named, it is one of several; an unknown one counts as none.</remarks>
public sealed class TextCodes(SsoDbContext database, MessageChallenges challenges, SecondStep step)
{
    public async Task<SendOutcome> SendAsync(Visit visit, SignInRow signIn, Guid? phone, CancellationToken cancellation) =>
        await challenges.SendAsync(visit, signIn, await RecipientAsync(signIn, phone, cancellation), cancellation);

    public async Task<SendOutcome> ResendAsync(Visit visit, SignInRow signIn, Guid? phone, CancellationToken cancellation) =>
        await challenges.ResendAsync(visit, signIn, await RecipientAsync(signIn, phone, cancellation), cancellation);

    /// <summary>True if the person may choose among numbers.</summary>
    public async Task<bool> HasSeveralAsync(SignInRow signIn, CancellationToken cancellation) =>
        await database.ActiveFactors(signIn.PersonId)
            .CountAsync(row => row.Method == ProofMethod.TextMessage, cancellation) > 1;

    /// <summary>The number masked: it is never shown in full before sign-in is complete.</summary>
    public async Task<MessageChallengeView?> CurrentAsync(SignInRow signIn, Guid? phone, CancellationToken cancellation) =>
        await challenges.ViewAsync(signIn, await RecipientAsync(signIn, phone, cancellation), cancellation);

    public Task<CodeOutcome> CheckAsync(
        Visit visit, AuthorizationRequest request, SignInRow signIn, Guid? phone, string? typed, CancellationToken cancellation) =>
        step.TryCodeAsync(
            visit, request, signIn, ProofMethod.TextMessage, typed,
            async code =>
            {
                var factor = await FactorAsync(signIn, phone, cancellation);
                return (await challenges.CheckAsync(signIn, factor.Id, code, cancellation), factor);
            },
            cancellation);

    private async Task<CodeRecipient> RecipientAsync(SignInRow signIn, Guid? phone, CancellationToken cancellation) =>
        new CodeRecipient.Phone(await FactorAsync(signIn, phone, cancellation), TextPurpose.SignIn);

    /// <summary>The chosen number of the person; without a choice, or one that is not theirs, the newest.</summary>
    private Task<SecondFactor> FactorAsync(SignInRow signIn, Guid? phone, CancellationToken cancellation) =>
        database.ActiveFactors(signIn.PersonId).AsNoTracking()
            .Where(row => row.Method == ProofMethod.TextMessage)
            .OrderByDescending(row => row.Id == phone).ThenByDescending(row => row.ActivatedAt).FirstAsync(cancellation);
}
