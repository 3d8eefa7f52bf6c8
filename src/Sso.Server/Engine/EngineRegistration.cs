using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Server.Authorization;
using Sso.Server.Device;
using Sso.Server.Http;
using Sso.Server.Introspection;
using Sso.Server.Logout;
using Sso.Server.MutualTls;
using Sso.Server.Revocation;
using Sso.Server.Token;
using Sso.Server.UserInfo;
using static OpenIddict.Server.AspNetCore.OpenIddictServerAspNetCoreHandlers;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Engine;

/// <summary>
/// The one composition of OpenIddict: what it offers, which of its handlers give way, and to which of ours. Which routes it serves,
/// <see cref="EndpointMap"/> tells.
/// </summary>
internal static class EngineRegistration
{
    public static IServiceCollection AddSsoEngine(this IServiceCollection services)
    {
        services.AddSingleton<PublishedDocuments>();
        services.AddOptions<OpenIddictServerOptions>().Configure<SsoOptions, AuthorizationOptions, MutualTlsOptions>(Offer);
        services.AddOpenIddict().AddServer(server =>
        {
            server.UseAspNetCore();
            RouteRequests(server);
            PublishMetadata(server);
            PublishKeys(server);
            AuthenticateClients(server);
            ReadTokens(server);
            Introspect(server);
            Revoke(server);
        });
        return services;
    }

    /// <summary>Addresses are made of the issuer, whatever a request calls the host, and the route says which endpoint is meant.</summary>
    private static void RouteRequests(OpenIddictServerBuilder server) => server
        .RemoveEventHandler(ResolveRequestUri.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.InferEndpointType.Descriptor)
        // TrustedProxies and KnownHosts have looked at scheme and host before.
        .RemoveEventHandler(ValidateTransportSecurityRequirement.Descriptor)
        .RemoveEventHandler(ValidateHostHeader.Descriptor)
        .AddEventHandler(RoutedRequest.Descriptor);

    private static void PublishMetadata(OpenIddictServerBuilder server) => server
        .RemoveEventHandler(ExtractGetRequest<ExtractConfigurationRequestContext>.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.Discovery.AttachSigningAlgorithms.Descriptor)
        .RemoveEventHandler(ProcessJsonResponse<ApplyConfigurationResponseContext>.Descriptor)
        .AddEventHandler(BareRequest<ExtractConfigurationRequestContext>.Descriptor)
        .AddEventHandler(Metadata.Descriptor)
        .AddEventHandler(CorrectedMetadata.Descriptor)
        .AddEventHandler(PublishDocument<ApplyConfigurationResponseContext>.Descriptor);

    private static void PublishKeys(OpenIddictServerBuilder server) => server
        .RemoveEventHandler(ExtractGetRequest<ExtractJsonWebKeySetRequestContext>.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.Discovery.AttachSigningKeys.Descriptor)
        .RemoveEventHandler(ProcessJsonResponse<ApplyJsonWebKeySetResponseContext>.Descriptor)
        .AddEventHandler(BareRequest<ExtractJsonWebKeySetRequestContext>.Descriptor)
        .AddEventHandler(RotatingKeys.Descriptor)
        .AddEventHandler(PublishDocument<ApplyJsonWebKeySetResponseContext>.Descriptor);

    private static void AuthenticateClients(OpenIddictServerBuilder server) => server
        .RemoveEventHandler(OpenIddictServerHandlers.ValidateClientAssertion.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.ValidateClientAssertionWellknownClaims.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.ValidateClientAssertionIssuer.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.ValidateClientId.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.ValidateClientType.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.ValidateClientSecret.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.ValidateClientCertificate.Descriptor)
        .AddEventHandler(AuthenticateClient.Descriptor);

    /// <summary>Ours have no rows of their own: the row of the grant is asked where it counts.</summary>
    private static void ReadTokens(OpenIddictServerBuilder server) => server
        .RemoveEventHandler(OpenIddictServerHandlers.Protection.ResolveTokenValidationParameters.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.Protection.ValidateReferenceTokenIdentifier.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.Protection.ValidateIdentityModelToken.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.Protection.RestoreTokenEntryProperties.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.Protection.ValidateTokenEntry.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.Protection.ValidateAuthorizationEntry.Descriptor)
        .AddEventHandler(ReadToken.Descriptor);

    /// <summary>RFC 7662, RFC 9701.</summary>
    private static void Introspect(OpenIddictServerBuilder server) => TakeForms<ExtractIntrospectionRequestContext, ApplyIntrospectionResponseContext>(server)
        .RemoveEventHandler(OpenIddictServerHandlers.Introspection.ValidateTokenParameter.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.Introspection.ValidateClientCredentialsParameters.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.Introspection.ValidateEndpointPermissions.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.Introspection.ValidateAuthorizedParty.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.Introspection.AttachMetadataClaims.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.Introspection.AttachApplicationClaims.Descriptor)
        .AddEventHandler(IntrospectToken.Descriptor)
        .AddEventHandler(AnswerIntrospection.Descriptor);

    /// <summary>RFC 7009.</summary>
    private static void Revoke(OpenIddictServerBuilder server) => TakeForms<ExtractRevocationRequestContext, ApplyRevocationResponseContext>(server)
        .RemoveEventHandler(OpenIddictServerHandlers.Revocation.ValidateTokenParameter.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.Revocation.ValidateClientCredentialsParameters.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.Revocation.ValidateEndpointPermissions.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.Revocation.ValidateAuthorizedParty.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.Revocation.RevokeToken.Descriptor)
        .AddEventHandler(RevokeGrant.Descriptor)
        .AddEventHandler(AnswerRevocation.Descriptor);

    /// <summary>An endpoint to which applications post: our reading of forms, our errors.</summary>
    private static OpenIddictServerBuilder TakeForms<TExtract, TApply>(OpenIddictServerBuilder server)
        where TExtract : BaseValidatingContext
        where TApply : BaseRequestContext => server
        .RemoveEventHandler(ExtractPostRequest<TExtract>.Descriptor)
        .RemoveEventHandler(ExtractGetOrPostRequest<TExtract>.Descriptor)
        .RemoveEventHandler(ValidateClientAuthenticationMethod<TExtract>.Descriptor)
        .RemoveEventHandler(ExtractClientCertificate<TExtract>.Descriptor)
        .RemoveEventHandler(ExtractBasicAuthenticationCredentials<TExtract>.Descriptor)
        .RemoveEventHandler(AttachWwwAuthenticateHeader<TApply>.Descriptor)
        .RemoveEventHandler(ProcessJsonResponse<TApply>.Descriptor)
        .AddEventHandler(ReadForm<TExtract>.Descriptor)
        .AddEventHandler(AnswerRefusal<TApply>.Descriptor);

    private static void Offer(OpenIddictServerOptions options, SsoOptions sso, AuthorizationOptions authorization, MutualTlsOptions mutualTls)
    {
        options.Issuer = new Uri(sso.Issuer);
        options.AuthorizationEndpointUris.Add(new(sso.Issuer + AuthorizationEndpoint.Path));
        options.PushedAuthorizationEndpointUris.Add(new(sso.Issuer + PushedAuthorizationEndpoint.Path));
        options.TokenEndpointUris.Add(new(sso.Issuer + TokenEndpoint.Path));
        options.DeviceAuthorizationEndpointUris.Add(new(sso.Issuer + DeviceAuthorizationEndpoint.Path));
        options.EndUserVerificationEndpointUris.Add(new(sso.Issuer + "/device"));
        options.IntrospectionEndpointUris.Add(new(sso.Issuer + IntrospectToken.Path));
        options.RevocationEndpointUris.Add(new(sso.Issuer + RevokeGrant.Path));
        options.UserInfoEndpointUris.Add(new(sso.Issuer + UserInfoEndpoint.Path));
        options.EndSessionEndpointUris.Add(new(sso.Issuer + LogoutEndpoint.Path));
        options.JsonWebKeySetEndpointUris.Clear();
        options.JsonWebKeySetEndpointUris.Add(new(sso.Issuer + PublishedDocuments.KeySetPath));
        if (mutualTls is { Enabled: true, Address: { } address })
        {
            options.MtlsTokenEndpointAliasUri = new(address + TokenEndpoint.Path);
            options.MtlsPushedAuthorizationEndpointAliasUri = new(address + PushedAuthorizationEndpoint.Path);
            options.MtlsDeviceAuthorizationEndpointAliasUri = new(address + DeviceAuthorizationEndpoint.Path);
            options.MtlsIntrospectionEndpointAliasUri = new(address + IntrospectToken.Path);
            options.MtlsRevocationEndpointAliasUri = new(address + RevokeGrant.Path);
            options.MtlsUserInfoEndpointAliasUri = new(address + UserInfoEndpoint.Path);
        }

        options.GrantTypes.UnionWith(GrantTypes.All);
        Replace(options.ResponseTypes, [ResponseTypes.Code]);
        if (authorization.IdTokenResponses)
        {
            options.GrantTypes.Add(GrantTypes.Implicit);
            options.ResponseTypes.UnionWith(ResponseTypes.WithIdToken);
        }

        Replace(options.ResponseModes, ResponseModes.All);
        Replace(options.Scopes, Scopes.Identity.Order(StringComparer.Ordinal));
        Replace(options.Claims, Metadata.Claims);
        Replace(options.CodeChallengeMethods, ["S256"]);
        Replace(options.PromptValues, ["none", "login", "consent", "select_account"]);
        Replace(options.SubjectTypes, ["public", "pairwise"]);
        // OpenIddict does not start without one of each kind. These two are used for nothing: SigningKeyRing signs and is published, Sealer seals.
        options.SigningCredentials.Add(new(new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)), SigningAlgorithms.ES256));
        options.EncryptionCredentials.Add(new(
            new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)), SecurityAlgorithms.Aes256KW, SecurityAlgorithms.Aes256CbcHmacSha512));
    }

    private static void Replace(HashSet<string> offered, IEnumerable<string> by)
    {
        offered.Clear();
        offered.UnionWith(by);
    }
}
