using System.Security.Claims;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Sso.Server.Token;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Engine;

/// <summary>
/// Reads the tokens that we issued, refresh tokens by their seal and access tokens by their signature, in the place of OpenIddict's reader.
/// RFC 7009 §2.1: token_type_hint only helps to look; ours tell by themselves what they are. Whether its grant is in force only the row tells.
/// </summary>
internal sealed class ReadToken(RefreshTokens refreshTokens, IssuedTokens issued) : IOpenIddictServerHandler<ValidateTokenContext>
{
    private const string Property = "sso:token";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ValidateTokenContext>()
        .UseSingletonHandler<ReadToken>()
        .SetOrder(OpenIddictServerHandlers.Protection.ValidateIdentityModelToken.Descriptor.Order)
        .Build();

    /// <summary>What was read; a request for which nothing was is refused before anybody asks.</summary>
    public static PresentedToken Of(OpenIddictServerTransaction transaction) => (PresentedToken)transaction.Properties[Property]!;

    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (refreshTokens.Open(context.Token) is { } handle)
        {
            Accept(context, new(handle, AccessToken: null), TokenTypeIdentifiers.RefreshToken);
        }
        else if (await issued.ReadAccessTokenAsync(context.Token, audience: null) is { } accessToken)
        {
            Accept(context, new(RefreshToken: null, accessToken), TokenTypeIdentifiers.AccessToken);
        }
    }

    private static void Accept(ValidateTokenContext context, PresentedToken token, string type)
    {
        context.Transaction.Properties[Property] = token;
        context.Principal = new ClaimsPrincipal(new ClaimsIdentity("token")).SetTokenType(type);
    }
}

/// <summary>One of the two.</summary>
internal sealed record PresentedToken(RefreshHandle? RefreshToken, IssuedAccessToken? AccessToken);
