using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Token;

/// <summary>Codes and refresh tokens, which we alone read: sealed, with a row of the grant and none of their own.</summary>
internal sealed class SealTokens(RefreshTokens refreshTokens) : IOpenIddictServerHandler<GenerateTokenContext>
{
    public ValueTask HandleAsync(GenerateTokenContext context)
    {
        context.Token = context.TokenType switch
        {
            TokenTypeIdentifiers.RefreshToken => refreshTokens.Seal(RequireApproval.Of(context.Transaction).RefreshToken!),
            TokenTypeIdentifiers.Private.AuthorizationCode => RequireApproval.Of(context.Transaction).SealCode!(),
            _ => context.Token,
        };
        return default;
    }
}
