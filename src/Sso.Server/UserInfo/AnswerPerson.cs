using Sso.Extensions.Host;
using Sso.Extensions.Dpop;
using Sso.Server.Engine;
using Sso.Server.Http;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.UserInfo;

/// <summary>The answer of userinfo, or a challenge (RFC 6750 §3, RFC 9449 §7.1).</summary>
internal static class AnswerPerson
{
    public static async ValueTask HandleAsync(ApplyUserInfoResponseContext context) => await context.AnswerAsync(
        context.Response.Error is null ? new JsonAnswer(context.Response) : Refuse(context));

    /// <summary>A bearer token may have to come with a proof; whoever sent a proof knows how. A good token gets no challenge.</summary>
    private static OAuthErrorResult Refuse(ApplyUserInfoResponseContext context) => new(
        context.Transaction.Refusal,
        context.Transaction.Refusal.Id == OAuthError.NoEncryptionKey.Id ? null
        : PresentToken.SchemeOf(context.Transaction) == AuthenticateChallenge.Bearer
            ? [new(AuthenticateChallenge.Bearer, WasUsed: true), new(AuthenticateChallenge.Dpop, WasUsed: false)]
        : [new(AuthenticateChallenge.Dpop, WasUsed: true)]);
}
