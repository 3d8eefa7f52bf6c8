using OpenIddict.Server.AspNetCore;

namespace Sso.Extensions.Dpop;

/// <summary>
/// Tokens that are bound to a key of their client (RFC 9449): at the token endpoint, the endpoint for pushed requests and userinfo. The
/// host implements <see cref="IDpopHost"/> and <see cref="Host.IClientSource"/>.
/// </summary>
public static class DpopExtension
{
    public static OpenIddictServerBuilder AddDpop(this OpenIddictServerBuilder server)
    {
        server.Services.TryAddSingleton<DpopOptions>();
        server.Services.TryAddScoped<DpopProofs>();
        server.Services.TryAddSingleton<RequireProofHeader>();
        return server
            .Describe(context => context.Metadata["dpop_signing_alg_values_supported"] = new([.. SignatureAlgorithms.Dpop]))
            // At the endpoints where tokens are issued.
            .Handle<ProcessAuthenticationContext, ReadProof, RequireProofHeader>(
                OpenIddictServerHandlers.ValidateAuthenticationDemand.Descriptor.Order + 100)
            .Handle<ProcessAuthenticationContext, SpendProof, RequireProofHeader>(
                OpenIddictServerHandlers.ValidateRequestToken.Descriptor.Order - 500)
            .Handle<ValidatePushedAuthorizationRequestContext>(
                OpenIddictServerHandlers.Authentication.ValidatePushedAuthentication.Descriptor.Order + 750, BoundTokens.BindPushed)
            .Handle<ProcessSignInContext, BindTokens>(OpenIddictServerHandlers.PrepareUserCodePrincipal.Descriptor.Order + 500)
            .Handle<ProcessSignInContext>(OpenIddictServerHandlers.AttachSignInParameters.Descriptor.Order + 500, BoundTokens.NameTokenType)
            // At the endpoint where they are presented.
            .RemoveEventHandler(OpenIddictServerAspNetCoreHandlers.ExtractGetOrPostRequest<ExtractUserInfoRequestContext>.Descriptor)
            .RemoveEventHandler(OpenIddictServerAspNetCoreHandlers.ExtractAccessToken<ExtractUserInfoRequestContext>.Descriptor)
            .Handle<ExtractUserInfoRequestContext>(0, PresentToken.ReadAsync)
            .Handle<ValidateTokenContext>(
                OpenIddictServerHandlers.Protection.ValidateProofOfPossession.Descriptor.Order - 1000, PresentToken.RequireSender)
            .AddEventHandler<ValidateTokenContext>(handler => handler
                .AddFilter<OpenIddictServerHandlerFilters.RequireUserInfoRequest>().AddFilter<RequireProofHeader>()
                .UseScopedHandler<ProveKey>()
                .SetOrder(OpenIddictServerHandlers.Protection.ValidateProofOfPossession.Descriptor.Order - 500));
    }
}
