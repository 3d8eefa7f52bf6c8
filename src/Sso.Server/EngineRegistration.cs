using System.Collections.Frozen;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using Sso.Data.Clients;
using Sso.Extensions.BackchannelLogout;
using Sso.Extensions.Ciba;
using Sso.Extensions.ClientAssertions;
using Sso.Extensions.Dpop;
using Sso.Extensions.EncryptedIdTokens;
using Sso.Extensions.FrontchannelLogout;
using Sso.Extensions.Host;
using Sso.Extensions.ProtectedUserInfo;
using Sso.Extensions.Registration;
using Sso.Extensions.RichRequests;
using Sso.Extensions.RotatingKeys;
using Sso.Extensions.SessionManagement;
using Sso.Extensions.SignedIntrospection;
using Sso.Extensions.SignedResponses;
using Sso.Server.Authorization;
using Sso.Server.Ciba;
using Sso.Server.ClientAuthentication;
using Sso.Server.Clients;
using Sso.Server.Device;
using Sso.Server.Discovery;
using Sso.Server.Engine;
using Sso.Server.Http;
using Sso.Server.Introspection;
using Sso.Server.Issuance;
using Sso.Server.Keys;
using Sso.Server.Logout;
using Sso.Server.Registration;
using Sso.Server.Revocation;
using Sso.Server.Token;
using Sso.Server.UserInfo;
using Sso.Settings;
using static OpenIddict.Server.AspNetCore.OpenIddictServerAspNetCoreHandlers;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server;

/// <summary>
/// Which handlers of OpenIddict give way to which of ours. What it offers: <see cref="Offer"/>; its routes: <see cref="EndpointMap"/>.
/// </summary>
internal static class EngineRegistration
{
    private static readonly FrozenSet<OpenIddictServerHandlerDescriptor> Brought =
        [.. OpenIddictServerHandlers.DefaultHandlers, .. OpenIddictServerAspNetCoreHandlers.DefaultHandlers];

    /// <summary>Where it is proved whose request it is, before anything is said about a token.</summary>
    private static readonly int ClientIsKnown = OpenIddictServerHandlers.ValidateAuthenticationDemand.Descriptor.Order + 500;

    public static IServiceCollection AddSsoEngine(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IIssuerName>(provider => provider.GetRequiredService<SsoOptions>());
        services.AddSingleton<PublishedDocuments>().AddSingleton<RequireCredentials>().AddSingleton<RequireRefusal>();
        services.AddSingleton<EventHandlers>().AddScoped<IOpenIddictServerDispatcher, EventDispatcher>();
        services.AddOptions<OpenIddictServerOptions>().Configure<SsoOptions, AuthorizationOptions>(Offer.Make);
        services.AddOpenIddict().AddServer(server =>
        {
            server.UseAspNetCore();
            RouteRequests(server);
            PublishMetadata(server);
            PublishKeys(server);
            AuthenticateClients(server);
            ReadTokens(server);
            SignIn(server);
            Authorize(server);
            GiveTokens(server);
            Push(server);
            AuthorizeDevices(server);
            Introspect(server);
            Revoke(server);
            TellOfPeople(server);
            EndSessions(server);
            server.AddDpop().AddGrantedDetails().AddCiba(CibaHost.Path, "poll", "ping")
                .AddRegistration<ClientRegistration>(RegistrationHost.Path)
                .AddBackchannelLogout().AddFrontchannelLogout();
            if (configuration.ReadUnchecked<SsoOptions>(SsoOptions.Section).SessionManagement)
            {
                server.AddSessionManagement(SessionStates.FramePath);
            }
        });
        return services;
    }

    /// <summary>Addresses are made from the issuer, whatever a request calls the host; the route says which endpoint is meant.</summary>
    private static void RouteRequests(OpenIddictServerBuilder server) => server
        .RemoveEventHandler(ResolveRequestUri.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.InferEndpointType.Descriptor)
        // TrustedProxies and KnownHosts have already checked scheme and host.
        .RemoveEventHandler(ValidateTransportSecurityRequirement.Descriptor)
        .RemoveEventHandler(ValidateHostHeader.Descriptor)
        .Handle<ProcessRequestContext>(OpenIddictServerHandlers.InferEndpointType.Descriptor.Order, ProtocolRoute.Tell);

    private static void PublishMetadata(OpenIddictServerBuilder server) => server
        .PublishDocument<ExtractConfigurationRequestContext, ApplyConfigurationResponseContext>()
        .DescribeClientAssertions()
        .HandleOnce<HandleConfigurationRequestContext, Metadata>(
            OpenIddictServerHandlers.Discovery.AttachAdditionalMetadata.Descriptor.Order + 1000);

    private static void PublishKeys(OpenIddictServerBuilder server) => server
        .PublishDocument<ExtractJsonWebKeySetRequestContext, ApplyJsonWebKeySetResponseContext>()
        .AddRotatingKeys<SigningKeyRing>()
        // Ours are read by ReadToken.
        .RemoveEventHandler(TrustKeys.Descriptor);

    /// <summary>The request has no parameters, and HEAD may ask too; the answer is kept as bytes.</summary>
    private static OpenIddictServerBuilder PublishDocument<TExtract, TApply>(this OpenIddictServerBuilder server)
        where TExtract : BaseValidatingContext
        where TApply : BaseRequestContext => server
        .RemoveEventHandler(ExtractGetRequest<TExtract>.Descriptor)
        .RemoveEventHandler(ProcessJsonResponse<TApply>.Descriptor)
        .Handle<TExtract>(ExtractGetRequest<TExtract>.Descriptor.Order, context => context.Transaction.Request = new())
        .Handle<TApply>(ProcessJsonResponse<TApply>.Descriptor.Order, PublishedDocuments.PublishAsync);

    private static void AuthenticateClients(OpenIddictServerBuilder server) => server
        .KeepOnly<ProcessAuthenticationContext>(
            OpenIddictServerHandlers.ValidateAuthenticationDemand.Descriptor,
            OpenIddictServerHandlers.EvaluateValidatedTokens.Descriptor,
            OpenIddictServerHandlers.ResolveValidatedTokens.Descriptor,
            OpenIddictServerHandlers.ValidateRequiredTokens.Descriptor,
            OpenIddictServerHandlers.ValidateAccessToken.Descriptor,
            OpenIddictServerHandlers.ValidateAuthorizationCode.Descriptor,
            OpenIddictServerHandlers.ValidateRefreshToken.Descriptor,
            OpenIddictServerHandlers.ValidateGenericToken.Descriptor)
        .Handle<ProcessAuthenticationContext, AuthenticateClient, RequireCredentials>(ClientIsKnown)
        .HandleOnce<ProcessAuthenticationContext, ShowCertificate, RequireCredentials>(ClientIsKnown + 50);

    /// <summary>Ours have no rows of their own: the row of the grant is consulted where it matters.</summary>
    private static void ReadTokens(OpenIddictServerBuilder server) => server
        .KeepOnly<ValidateTokenContext>(OpenIddictServerHandlers.Protection.ValidatePrincipal.Descriptor)
        .HandleOnce<ValidateTokenContext, ReadToken>(OpenIddictServerHandlers.Protection.ValidateIdentityModelToken.Descriptor.Order);

    /// <summary>Whoever is signed in has passed the gate. What the tokens say is our part, making them JWTs is OpenIddict's.</summary>
    private static void SignIn(OpenIddictServerBuilder server) => server
        .KeepOnly<ProcessSignInContext>(
            OpenIddictServerHandlers.GenerateAuthorizationCode.Descriptor,
            OpenIddictServerHandlers.GenerateAccessToken.Descriptor,
            OpenIddictServerHandlers.GenerateRefreshToken.Descriptor,
            OpenIddictServerHandlers.GenerateIdentityToken.Descriptor,
            OpenIddictServerHandlers.AttachSignInParameters.Descriptor,
            OpenIddictServerHandlers.AttachCustomSignInParameters.Descriptor,
            OpenIddictServerHandlers.Authentication.ApplyAuthorizationResponse<ProcessSignInContext>.Descriptor,
            OpenIddictServerHandlers.Exchange.ApplyTokenResponse<ProcessSignInContext>.Descriptor)
        .KeepOnly<GenerateTokenContext>(OpenIddictServerHandlers.Protection.GenerateIdentityModelToken.Descriptor)
        .Handle<ProcessSignInContext>(OpenIddictServerHandlers.ValidateSignInDemand.Descriptor.Order, RequireApproval.Check)
        .Handle<ProcessSignInContext, PrepareTokens>(OpenIddictServerHandlers.EvaluateGeneratedTokens.Descriptor.Order)
        .HandleOnce<GenerateTokenContext, WriteTokens>(OpenIddictServerHandlers.Protection.AttachTokenSubject.Descriptor.Order)
        .Handle<ProcessSignInContext>(OpenIddictServerHandlers.AttachSignInParameters.Descriptor.Order + 500, PrepareTokens.DescribeAnswer)
        .AddEncryptedIdTokens();

    /// <summary>OIDC Core §3.1.2.</summary>
    private static void Authorize(OpenIddictServerBuilder server) => server
        .KeepOnly<ExtractAuthorizationRequestContext>()
        .KeepOnly<ValidateAuthorizationRequestContext>()
        .KeepOnly<HandleAuthorizationRequestContext>()
        .KeepOnly<ApplyAuthorizationResponseContext>()
        .Handle<ExtractAuthorizationRequestContext, ReceiveRequest>(0)
        .Handle<ValidateAuthorizationRequestContext>(0, ReceiveRequest.NameRedirectUri)
        .Handle<HandleAuthorizationRequestContext, GrantRequest>(0)
        .HandleOnce<ApplyAuthorizationResponseContext, CompleteResponse>(
            OpenIddictServerHandlers.Authentication.AttachIssuer.Descriptor.Order)
        .AddSignedResponses()
        .Handle<ApplyAuthorizationResponseContext>(
            ProcessJsonResponse<ApplyAuthorizationResponseContext>.Descriptor.Order, SendResponse.HandleAsync);

    /// <summary>RFC 6749 §3.2.</summary>
    private static void GiveTokens(OpenIddictServerBuilder server) => server
        .TakeForms<ExtractTokenRequestContext, ValidateTokenRequestContext, ApplyTokenResponseContext>(
            OpenIddictServerHandlers.Exchange.ValidateAuthentication.Descriptor)
        .KeepOnly<HandleTokenRequestContext>()
        .Handle<ProcessAuthenticationContext>(ClientIsKnown + 100, RedeemGrant.Admit)
        .Handle<HandleTokenRequestContext, RedeemGrant>(0)
        .Handle<ApplyTokenResponseContext, RecordRefusal, RequireRefusal>(
            AttachHttpResponseCode<ApplyTokenResponseContext>.Descriptor.Order - 1500)
        .AnswerInJson<ApplyTokenResponseContext>();

    /// <summary>RFC 9126.</summary>
    private static void Push(OpenIddictServerBuilder server) => server
        .TakeForms<ExtractPushedAuthorizationRequestContext, ValidatePushedAuthorizationRequestContext,
            ApplyPushedAuthorizationResponseContext>(OpenIddictServerHandlers.Authentication.ValidatePushedAuthentication.Descriptor)
        .KeepOnly<HandlePushedAuthorizationRequestContext>()
        .Handle<ProcessAuthenticationContext, FindDescribedClient, OpenIddictServerHandlerFilters.RequirePushedAuthorizationRequest>(
            ClientIsKnown - 100)
        .Handle<ValidatePushedAuthorizationRequestContext, PushRequest>(
            OpenIddictServerHandlers.Authentication.ValidatePushedAuthentication.Descriptor.Order + 500)
        // Once it holds the key of a proof.
        .Handle<ValidatePushedAuthorizationRequestContext, CheckPushed>(
            OpenIddictServerHandlers.Authentication.ValidatePushedAuthentication.Descriptor.Order + 1500)
        .Handle<HandlePushedAuthorizationRequestContext, StoreRequest>(0)
        .AnswerInJson<ApplyPushedAuthorizationResponseContext>();

    /// <summary>RFC 8628 §3.1.</summary>
    private static void AuthorizeDevices(OpenIddictServerBuilder server) => server
        .TakeForms<ExtractDeviceAuthorizationRequestContext, ValidateDeviceAuthorizationRequestContext,
            ApplyDeviceAuthorizationResponseContext>(OpenIddictServerHandlers.Device.ValidateDeviceAuthentication.Descriptor)
        .KeepOnly<HandleDeviceAuthorizationRequestContext>()
        .Handle<HandleDeviceAuthorizationRequestContext, AuthorizeDevice>(0)
        .AnswerInJson<ApplyDeviceAuthorizationResponseContext>();

    /// <summary>OIDC Core §5.3.</summary>
    private static void TellOfPeople(OpenIddictServerBuilder server) => server
        .KeepOnly<ExtractUserInfoRequestContext>()
        .KeepOnly<ValidateUserInfoRequestContext>(OpenIddictServerHandlers.UserInfo.ValidateAuthentication.Descriptor)
        .KeepOnly<HandleUserInfoRequestContext>()
        .KeepOnly<ApplyUserInfoResponseContext>(AttachHttpResponseCode<ApplyUserInfoResponseContext>.Descriptor)
        .Handle<ExtractUserInfoRequestContext>(-1000, EchoInteraction.Handle)
        .HandleOnce<ValidateTokenContext, ProveCertificate, OpenIddictServerHandlerFilters.RequireUserInfoRequest>(
            OpenIddictServerHandlers.Protection.ValidateProofOfPossession.Descriptor.Order)
        .Handle<HandleUserInfoRequestContext, TellPerson>(0)
        .AddProtectedUserInfo()
        .Handle<ApplyUserInfoResponseContext>(ProcessJsonResponse<ApplyUserInfoResponseContext>.Descriptor.Order, AnswerPerson.HandleAsync);

    /// <summary>RP-Initiated Logout §2.</summary>
    private static void EndSessions(OpenIddictServerBuilder server) => server
        .KeepOnly<ExtractEndSessionRequestContext>()
        .Handle<ExtractEndSessionRequestContext, EndSession>(0);

    /// <summary>RFC 7662, RFC 9701.</summary>
    private static void Introspect(OpenIddictServerBuilder server) => server
        .TakeForms<ExtractIntrospectionRequestContext, ValidateIntrospectionRequestContext, ApplyIntrospectionResponseContext>(
            OpenIddictServerHandlers.Introspection.ValidateAuthentication.Descriptor,
            OpenIddictServerHandlers.Introspection.NormalizeErrorResponse.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.Introspection.AttachMetadataClaims.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.Introspection.AttachApplicationClaims.Descriptor)
        .Handle<HandleIntrospectionRequestContext, IntrospectToken>(
            OpenIddictServerHandlers.Introspection.AttachMetadataClaims.Descriptor.Order)
        .AddSignedIntrospection()
        .AnswerInJson<ApplyIntrospectionResponseContext>();

    /// <summary>RFC 7009.</summary>
    private static void Revoke(OpenIddictServerBuilder server) => server
        .TakeForms<ExtractRevocationRequestContext, ValidateRevocationRequestContext, ApplyRevocationResponseContext>(
            OpenIddictServerHandlers.Revocation.ValidateAuthentication.Descriptor,
            OpenIddictServerHandlers.Revocation.NormalizeErrorResponse.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.Revocation.RevokeToken.Descriptor)
        .Handle<HandleRevocationRequestContext, RevokeGrant>(OpenIddictServerHandlers.Revocation.RevokeToken.Descriptor.Order)
        .Handle<ApplyRevocationResponseContext>(ProcessJsonResponse<ApplyRevocationResponseContext>.Descriptor.Order, RevokeGrant.Answer);

    /// <summary>An endpoint to which applications post: our reading of forms, our errors.</summary>
    private static OpenIddictServerBuilder TakeForms<TExtract, TValidate, TApply>(
        this OpenIddictServerBuilder server, params OpenIddictServerHandlerDescriptor[] kept)
        where TExtract : BaseValidatingContext
        where TValidate : BaseValidatingContext
        where TApply : BaseRequestContext => server
        .KeepOnly<TExtract>()
        .KeepOnly<TValidate>(kept)
        .KeepOnly<TApply>([AttachHttpResponseCode<TApply>.Descriptor, AttachCacheControlHeader<TApply>.Descriptor, .. kept])
        .Handle<TExtract>(ExtractPostRequest<TExtract>.Descriptor.Order, AuthenticateClient.ReadFormAsync)
        // After an error was turned into an answer if it is one, such as a token that is not in force.
        .Handle<TApply>(AttachHttpResponseCode<TApply>.Descriptor.Order - 1000, OwnRefusals.AnswerAsync);

    private static OpenIddictServerBuilder AnswerInJson<TApply>(this OpenIddictServerBuilder server)
        where TApply : BaseRequestContext =>
        server.Handle<TApply>(ProcessJsonResponse<TApply>.Descriptor.Order, JsonAnswer.GiveAsync);

    /// <summary>Of the handlers that OpenIddict brings for an event, these stay; ours do the work of the others.</summary>
    private static OpenIddictServerBuilder KeepOnly<TContext>(
        this OpenIddictServerBuilder server, params OpenIddictServerHandlerDescriptor[] kept)
        where TContext : BaseContext =>
        server.Configure(options => options.Handlers.RemoveAll(
            handler => handler.ContextType == typeof(TContext) && Brought.Contains(handler) && !kept.Contains(handler)));
}
