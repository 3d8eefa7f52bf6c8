using Microsoft.IdentityModel.Tokens;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Sso.Extensions.RotatingKeys;

/// <summary>
/// Keys that change while the server runs (OIDC Core §10.1.1): access and ID tokens are signed by the current one, ID tokens with the
/// algorithm for which their client is registered, and the key set follows. What only the server reads stays with the keys of OpenIddict's
/// options. The host implements <see cref="IRotatingKeys"/> and <see cref="IClientSource"/>.
/// </summary>
public static class RotatingKeysExtension
{
    public static OpenIddictServerBuilder AddRotatingKeys<TKeys>(this OpenIddictServerBuilder server)
        where TKeys : class, IRotatingKeys
    {
        server.Services.TryAddSingleton<TKeys>();
        server.Services.AddSingleton<IRotatingKeys>(services => services.GetRequiredService<TKeys>());
        server.Services.Replace(ServiceDescriptor.Singleton<ISigningKeys>(services => services.GetRequiredService<TKeys>()));
        return server
            .RemoveEventHandler(OpenIddictServerHandlers.Discovery.AttachSigningAlgorithms.Descriptor)
            .RemoveEventHandler(OpenIddictServerHandlers.Discovery.AttachSigningKeys.Descriptor)
            .Describe<IRotatingKeys>((context, keys) =>
                context.IdTokenSigningAlgorithms.UnionWith(
                    keys.Published.Where(key => key.Use != JsonWebKeyUseNames.Enc).Select(key => key.Alg)))
            .HandleOnce<HandleJsonWebKeySetRequestContext, PublishKeys>(
                OpenIddictServerHandlers.Discovery.AttachSigningKeys.Descriptor.Order)
            .Handle<GenerateTokenContext, SignTokens>(OpenIddictServerHandlers.Protection.AttachSecurityCredentials.Descriptor.Order + 500)
            .Handle<ProcessSignInContext, TieTokens, OpenIddictServerHandlerFilters.RequireIdentityTokenGenerated>(
                OpenIddictServerHandlers.AttachTokenDigests.Descriptor.Order + 500)
            .AddEventHandler(TrustKeys.Descriptor);
    }
}

/// <summary>The public halves of the keys that are announced or still verify.</summary>
internal sealed class PublishKeys(IRotatingKeys keys) : IOpenIddictServerHandler<HandleJsonWebKeySetRequestContext>
{
    /// <summary>Keeps them: whoever stores the key set knows by them when it is another one.</summary>
    public ValueTask HandleAsync(HandleJsonWebKeySetRequestContext context)
    {
        var published = keys.Published;
        context.Keys.AddRange(published);
        context.Transaction.Keep(published);
        return default;
    }
}

/// <summary>The current key, of the algorithm that the reader of a token expects.</summary>
internal sealed class SignTokens(IRotatingKeys keys, IClientSource clients) : IOpenIddictServerHandler<GenerateTokenContext>
{
    public async ValueTask HandleAsync(GenerateTokenContext context)
    {
        context.SecurityTokenHandler = context.Options.JsonWebTokenHandler;
        context.SigningCredentials = context.TokenType switch
        {
            TokenTypeIdentifiers.AccessToken => keys.Find(SigningAlgorithms.ES256),
            TokenTypeIdentifiers.IdentityToken =>
                keys.Find(await clients.AlgorithmOfIdTokensAsync(context.ClientId, context.CancellationToken)),
            _ => context.SigningCredentials,
        };
    }
}

/// <summary>Ties an ID token to code (OIDC Core §3.3.2.11) and access token (§3.1.3.6), with the hash of its own algorithm.</summary>
internal sealed class TieTokens(IClientSource clients) : IOpenIddictServerHandler<ProcessSignInContext>
{
    public async ValueTask HandleAsync(ProcessSignInContext context)
    {
        var (idToken, code, accessToken) = (context.IdentityTokenPrincipal!, context.AuthorizationCode, context.AccessToken);
        if (code is null && !idToken.HasClaim(Claims.AccessTokenHash))
        {
            return;
        }

        var algorithm = await clients.AlgorithmOfIdTokensAsync(context.ClientId, context.CancellationToken);
        if (code is not null)
        {
            idToken.SetClaim(Claims.CodeHash, HalfHash.Of(code, algorithm));
        }

        if (accessToken is not null && idToken.HasClaim(Claims.AccessTokenHash))
        {
            idToken.SetClaim(Claims.AccessTokenHash, HalfHash.Of(accessToken, algorithm));
        }
    }
}

internal static class IdTokens
{
    public static async ValueTask<string> AlgorithmOfIdTokensAsync(
        this IClientSource clients, string? clientId, CancellationToken cancellation) =>
        (await clients.FindAsync(clientId!, cancellation))?.IdTokenSigningAlgorithm ?? SigningAlgorithms.RS256;
}

/// <summary>For a host that leaves reading tokens to OpenIddict: the published keys verify too.</summary>
public sealed class TrustKeys(IRotatingKeys keys) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenContext>()
            .UseSingletonHandler<TrustKeys>()
            .SetOrder(OpenIddictServerHandlers.Protection.ResolveTokenValidationParameters.Descriptor.Order + 500).Build();

    public ValueTask HandleAsync(ValidateTokenContext context)
    {
        var trusted = context.TokenValidationParameters;
        trusted.IssuerSigningKeys = [.. trusted.IssuerSigningKeys ?? [], .. keys.Published.Where(key => key.Use != JsonWebKeyUseNames.Enc)];
        return default;
    }
}
