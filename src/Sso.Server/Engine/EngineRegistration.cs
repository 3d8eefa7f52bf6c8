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

    private static void Offer(OpenIddictServerOptions options, SsoOptions sso, AuthorizationOptions authorization, MutualTlsOptions mutualTls)
    {
        options.Issuer = new Uri(sso.Issuer);
        options.AuthorizationEndpointUris.Add(new(sso.Issuer + AuthorizationEndpoint.Path));
        options.PushedAuthorizationEndpointUris.Add(new(sso.Issuer + PushedAuthorizationEndpoint.Path));
        options.TokenEndpointUris.Add(new(sso.Issuer + TokenEndpoint.Path));
        options.DeviceAuthorizationEndpointUris.Add(new(sso.Issuer + DeviceAuthorizationEndpoint.Path));
        options.EndUserVerificationEndpointUris.Add(new(sso.Issuer + "/device"));
        options.IntrospectionEndpointUris.Add(new(sso.Issuer + IntrospectionEndpoint.Path));
        options.RevocationEndpointUris.Add(new(sso.Issuer + RevocationEndpoint.Path));
        options.UserInfoEndpointUris.Add(new(sso.Issuer + UserInfoEndpoint.Path));
        options.EndSessionEndpointUris.Add(new(sso.Issuer + LogoutEndpoint.Path));
        options.JsonWebKeySetEndpointUris.Clear();
        options.JsonWebKeySetEndpointUris.Add(new(sso.Issuer + PublishedDocuments.KeySetPath));
        if (mutualTls is { Enabled: true, Address: { } address })
        {
            options.MtlsTokenEndpointAliasUri = new(address + TokenEndpoint.Path);
            options.MtlsPushedAuthorizationEndpointAliasUri = new(address + PushedAuthorizationEndpoint.Path);
            options.MtlsDeviceAuthorizationEndpointAliasUri = new(address + DeviceAuthorizationEndpoint.Path);
            options.MtlsIntrospectionEndpointAliasUri = new(address + IntrospectionEndpoint.Path);
            options.MtlsRevocationEndpointAliasUri = new(address + RevocationEndpoint.Path);
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
