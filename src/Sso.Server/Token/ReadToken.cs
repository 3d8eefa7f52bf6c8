using System.Security.Claims;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Sso.Extensions.Host;
using Sso.Server.Authorization;
using Sso.Server.Issuance;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Token;

/// <summary>
/// Reads the tokens that we issued, codes and refresh tokens by their seal and access tokens by their signature, in place of OpenIddict's
/// reader. RFC 7009 §2.1: token_type_hint is only an aid; ours say themselves what they are. Only the row tells whether the grant is in
/// force.
/// </summary>
internal sealed class ReadToken(AuthorizationCodeSealer codes, RefreshTokenSealer refreshTokens, IssuedTokenValidator issued)
    : IOpenIddictServerHandler<ValidateTokenContext>
{
    /// <summary>What was read; a request without it is refused before anybody asks.</summary>
    public static PresentedToken Of(OpenIddictServerTransaction transaction) => transaction.Kept<PresentedToken>()!;

    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        var wanted = context.ValidTokenTypes is { Count: 1 } expected ? expected.First() : null;
        if (await ReadAsync(wanted, context) is not { } token)
        {
            context.Refuse(wanted switch
            {
                TokenTypeIdentifiers.Private.AuthorizationCode => OAuthError.InvalidGrant("not a code of ours, or past its life"),
                TokenTypeIdentifiers.RefreshToken => OAuthError.InvalidGrant("not a refresh token of ours, or past its life"),
                _ => OAuthError.InvalidToken("not a token of ours in force"),
            });
            return;
        }

        context.Transaction.Keep(token);
        context.Principal = new ClaimsPrincipal(new ClaimsIdentity("token")).SetTokenType(token.Type);
        if (token.AccessToken is { } accessToken)
        {
            context.Principal.SetClaim(Claims.ClientId, accessToken.ClientId);
            if (accessToken.Sender is { } sender)
            {
                context.Principal.BindTo(sender);
            }
        }
    }

    private async Task<PresentedToken?> ReadAsync(string? wanted, ValidateTokenContext context) => wanted switch
    {
        TokenTypeIdentifiers.Private.AuthorizationCode =>
            await codes.OpenAsync(context.Token, context.CancellationToken) is { } code ? new PresentedToken { Code = code } : null,
        TokenTypeIdentifiers.RefreshToken => OpenRefreshToken(context.Token),
        TokenTypeIdentifiers.AccessToken => Presented(await issued.ValidateAccessTokenAsync(context.Token, isForUs: true)),
        _ => OpenRefreshToken(context.Token) ?? Presented(await issued.ValidateAccessTokenAsync(context.Token, isForUs: false)),
    };

    private static PresentedToken? Presented(IssuedAccessToken? token) => token is null ? null : new() { AccessToken = token };

    private PresentedToken? OpenRefreshToken(string? token) =>
        refreshTokens.Open(token) is { } handle ? new() { RefreshToken = handle } : null;
}

/// <summary>One of the three.</summary>
internal sealed record PresentedToken
{
    public RedeemableCode? Code { get; init; }

    public RefreshHandle? RefreshToken { get; init; }

    public IssuedAccessToken? AccessToken { get; init; }

    public string Type => Code is not null ? TokenTypeIdentifiers.Private.AuthorizationCode
        : RefreshToken is not null ? TokenTypeIdentifiers.RefreshToken
        : TokenTypeIdentifiers.AccessToken;
}
