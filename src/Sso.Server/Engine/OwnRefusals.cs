using OpenIddict.Abstractions;
using OpenIddict.Server;
using Sso.Extensions.Dpop;
using Sso.Extensions.Host;
using Sso.Server.Http;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Engine;

/// <summary>Errors of OpenIddict's handlers in our own words.</summary>
internal static class OwnRefusals
{
    /// <summary>The part of error_uri by which OpenIddict distinguishes its own errors.</summary>
    private const string TokenMissing = "/ID2000";

    extension(OpenIddictServerTransaction transaction)
    {
        /// <summary>The line of our own table for what is refused, by us or by a handler of OpenIddict.</summary>
        /// <exception cref="NotSupportedException">A handler of OpenIddict gave an error that has no line.</exception>
        public OAuthError Refusal => transaction.Kept<OAuthError>()
            ?? (transaction.Response?.ErrorUri?.EndsWith(TokenMissing, StringComparison.Ordinal) == true
                ? OAuthError.ParameterMissing(NameOfToken(transaction.Request?.GrantType))
                : throw new NotSupportedException(
                    $"An error of OpenIddict that no line of ours stands for: {transaction.Response?.ErrorUri}"));
    }

    private static string NameOfToken(string? grantType) => grantType switch
    {
        GrantTypes.AuthorizationCode => "code",
        GrantTypes.RefreshToken => "refresh_token",
        GrantTypes.DeviceCode => "device_code",
        GrantTypes.TokenExchange => "subject_token",
        _ => "token",
    };

    /// <summary>Answers an error as every endpoint for applications does, with a challenge if a token was needed (RFC 6750 §3).</summary>
    public static async ValueTask AnswerAsync(BaseRequestContext context)
    {
        if (context.Transaction.Response?.Error is not null)
        {
            var refusal = context.Transaction.Refusal;
            var wasSent = context.Http.Request.Headers.Authorization.Count > 0;
            await context.AnswerAsync(new OAuthErrorResult(
                refusal,
                refusal.Code == OpenIddictConstants.Errors.InvalidToken ? [new(AuthenticateChallenge.Bearer, WasUsed: wasSent)] : null));
        }
    }
}
