using OpenIddict.Abstractions;
using OpenIddict.Server;
using Sso.Extensions.Host;
using Sso.Protocol;
using Sso.Protocol.Tokens;
using Sso.Server.Keys;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Token;

/// <summary>The key that signs a token: the one of today (<see cref="SigningKeyRing"/>), of the algorithm that its reader expects.</summary>
internal sealed class SignTokens(SigningKeyRing keys) : IOpenIddictServerHandler<GenerateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        Handlers.Singleton<GenerateTokenContext, SignTokens>(OpenIddictServerHandlers.Protection.AttachSecurityCredentials.Descriptor.Order);

    public ValueTask HandleAsync(GenerateTokenContext context)
    {
        context.SecurityTokenHandler = context.Options.JsonWebTokenHandler;
        context.SigningCredentials = context.TokenType switch
        {
            TokenTypeIdentifiers.AccessToken => keys.Find(SigningAlgorithms.ES256),
            TokenTypeIdentifiers.IdentityToken => keys.Find(RequireApproval.Of(context.Transaction).Grant.Client.IdTokenSigningAlgorithm),
            _ => null,
        };
        return default;
    }
}

/// <summary>Codes and refresh tokens, which we alone read: sealed, with a row of the grant and none of their own.</summary>
internal sealed class SealTokens(RefreshTokens refreshTokens) : IOpenIddictServerHandler<GenerateTokenContext>
{
    /// <summary>Before a JWT is made of it.</summary>
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        Handlers.Singleton<GenerateTokenContext, SealTokens>(OpenIddictServerHandlers.Protection.GenerateIdentityModelToken.Descriptor.Order - 500);

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

/// <summary>An ID token that comes back through the browser beside a code is tied to it (OIDC Core §3.3.2.11).</summary>
internal sealed class TieToCode : IOpenIddictServerHandler<ProcessSignInContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ProcessSignInContext>()
        .AddFilter<OpenIddictServerHandlerFilters.RequireIdentityTokenGenerated>()
        .UseSingletonHandler<TieToCode>()
        .SetOrder(OpenIddictServerHandlers.AttachTokenDigests.Descriptor.Order)
        .Build();

    public ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (context.AuthorizationCode is { } code)
        {
            var algorithm = RequireApproval.Of(context.Transaction).Grant.Client.IdTokenSigningAlgorithm;
            context.IdentityTokenPrincipal!.SetClaim(Claims.CodeHash, HalfHash.Of(code, algorithm));
        }

        return default;
    }
}
