using System.Security.Claims;
using OpenIddict.Server;
using Sso.Protocol.Tokens;
using Sso.Server.Issuance;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Token;

/// <summary>
/// How what was prepared is written. Codes and refresh tokens, which we alone read, are sealed, with a row of the grant and none of their
/// own. The others are JWTs and say what their principal does, word for word: OpenIddict would copy the claims three times to leave out
/// its own.
/// </summary>
internal sealed class WriteTokens(RefreshTokenSealer refreshTokens) : IOpenIddictServerHandler<GenerateTokenContext>
{
    public ValueTask HandleAsync(GenerateTokenContext context)
    {
        switch (context.TokenType)
        {
            case TokenTypeIdentifiers.RefreshToken:
                context.Token = refreshTokens.Seal(((ApprovedPrincipal)context.Principal).RefreshToken!);
                break;
            case TokenTypeIdentifiers.Private.AuthorizationCode:
                context.Token = ((ApprovedPrincipal)context.Principal).SealCode!();
                break;
            default:
                var jwt = context.SecurityTokenDescriptor;
                jwt.Subject = (ClaimsIdentity)context.Principal.Identity!;
                jwt.TokenType = context.TokenType == TokenTypeIdentifiers.AccessToken ? AccessToken.Type : "JWT";
                break;
        }

        return default;
    }
}
