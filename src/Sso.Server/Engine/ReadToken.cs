using System.Security.Claims;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Sso.Extensions.Host;
using Sso.Protocol;
using Sso.Server.Authorization;
using Sso.Server.Token;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Engine;

/// <summary>
/// Reads the tokens that we issued, codes and refresh tokens by their seal and access tokens by their signature, in the place of OpenIddict's reader.
/// RFC 7009 §2.1: token_type_hint only helps to look; ours tell by themselves what they are. Whether its grant is in force only the row tells.
/// </summary>
internal sealed class ReadToken(AuthorizationCodes codes, RefreshTokens refreshTokens, IssuedTokens issued) : IOpenIddictServerHandler<ValidateTokenContext>
{
    private const string Property = "sso:token";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        Handlers.Singleton<ValidateTokenContext, ReadToken>(OpenIddictServerHandlers.Protection.ValidateIdentityModelToken.Descriptor.Order);

    /// <summary>What was read; a request for which nothing was is refused before anybody asks.</summary>
    public static PresentedToken Of(OpenIddictServerTransaction transaction) => Find(transaction)!;

    /// <summary>Null where nothing had to be read.</summary>
    public static PresentedToken? Find(OpenIddictServerTransaction transaction) => (PresentedToken?)transaction.Properties.GetValueOrDefault(Property);

    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        switch (context.ValidTokenTypes is { Count: 1 } expected ? expected.First() : null)
        {
            case TokenTypeIdentifiers.Private.AuthorizationCode:
                Accept(
                    context, TokenTypeIdentifiers.Private.AuthorizationCode,
                    await codes.OpenAsync(context.Token, context.CancellationToken) is { } code ? new() { Code = code } : null,
                    OAuthError.InvalidGrant("not a code of ours, or past its life"));
                break;
            case TokenTypeIdentifiers.RefreshToken:
                Accept(
                    context, TokenTypeIdentifiers.RefreshToken,
                    refreshTokens.Open(context.Token) is { } handle ? new() { RefreshToken = handle } : null,
                    OAuthError.InvalidGrant("not a refresh token of ours, or past its life"));
                break;
            case TokenTypeIdentifiers.AccessToken:
                Accept(
                    context, TokenTypeIdentifiers.AccessToken,
                    await issued.ReadAccessTokenAsync(context.Token) is { } accessToken ? new() { AccessToken = accessToken } : null,
                    OAuthError.InvalidToken("not a token of ours in force"));
                break;
            default:
                await ReadAnyAsync(context);
                break;
        }
    }

    private async Task ReadAnyAsync(ValidateTokenContext context)
    {
        var unknown = OAuthError.InvalidToken("not a token of ours in force");
        if (refreshTokens.Open(context.Token) is { } refreshToken)
        {
            Accept(context, TokenTypeIdentifiers.RefreshToken, new() { RefreshToken = refreshToken }, unknown);
        }
        else
        {
            var accessToken = await issued.ReadAccessTokenAsync(context.Token, audience: null);
            Accept(context, TokenTypeIdentifiers.AccessToken, accessToken is null ? null : new() { AccessToken = accessToken }, unknown);
        }
    }

    private static void Accept(ValidateTokenContext context, string type, PresentedToken? token, OAuthError otherwise)
    {
        if (token is null)
        {
            context.Refuse(otherwise);
            return;
        }

        context.Transaction.Properties[Property] = token;
        context.Principal = new ClaimsPrincipal(new ClaimsIdentity("token")).SetTokenType(type);
        if (token.AccessToken is { } accessToken)
        {
            context.Principal.SetClaim(Claims.ClientId, accessToken.ClientId);
            if (accessToken.Sender is { } sender)
            {
                context.Principal.BindTo(sender);
            }
        }
    }
}

/// <summary>One of the three.</summary>
public sealed record PresentedToken
{
    public RedeemableCode? Code { get; init; }

    public RefreshHandle? RefreshToken { get; init; }

    public IssuedAccessToken? AccessToken { get; init; }
}
