using System.Collections.Immutable;
using Microsoft.AspNetCore.Authentication;
using OpenIddict.Server.AspNetCore;
using Sso.Extensions.RequestObjects;
using Sso.Extensions.RichRequests;
using Sso.Protocol.Ciba;

namespace Sso.Extensions.Ciba;

/// <summary>
/// An application asks for a person who is not in front of it (CIBA Core): the endpoint for that, and the grant type at the token endpoint.
/// The host implements <see cref="ICibaHost"/>, <see cref="IClientSource"/> and <see cref="IDecryptionKeys"/>.
/// </summary>
public static class CibaExtension
{
    /// <param name="path">The path of the backchannel authentication endpoint.</param>
    /// <param name="modes">How the host tells clients of an answer (CIBA Core §5).</param>
    public static OpenIddictServerBuilder AddCiba(this OpenIddictServerBuilder server, string path, params string[] modes)
    {
        server.Services.AddRequestObjectReading().AddSingleton<RequireCibaGrant>().TryAddSingleton(new AuthorizationTypes([]));
        return server
            .AllowCustomFlow(GrantTypes.Ciba)
            .Describe(context =>
            {
                context.Metadata["backchannel_token_delivery_modes_supported"] = new(modes.ToImmutableArray<string?>());
                context.Metadata["backchannel_authentication_request_signing_alg_values_supported"] = new([.. SigningAlgorithms.All]);
                context.Metadata["backchannel_user_code_parameter_supported"] = false;
            })
            .AddEndpoint<AskPerson>(path, "backchannel_authentication_endpoint")
            // Before the host is asked about its own grants.
            .Handle<HandleTokenRequestContext, RedeemAnswer, RequireCibaGrant>(-1000);
    }
}

/// <summary>CIBA Core §7, with the handlers of the device endpoint, so whatever the host has changed there applies here.</summary>
internal sealed class AskPerson(
    ICibaHost host, IClientSource clients, RequestObjects.RequestObjects objects,
    AuthorizationTypes types, IOpenIddictServerDispatcher dispatcher)
    : IOpenIddictServerHandler<ProcessRequestContext>
{
    /// <summary>In seconds.</summary>
    private const int Interval = 5;

    public async ValueTask HandleAsync(ProcessRequestContext context)
    {
        context.EndpointType = OpenIddictServerEndpointType.DeviceAuthorization;
        if (!await PassesAsync(context, new ExtractDeviceAuthorizationRequestContext(context.Transaction))
            || !await PassesAsync(context, new ProcessAuthenticationContext(context.Transaction)))
        {
            return;
        }

        if (context.Passes(await AskAsync(context), out var response))
        {
            context.Transaction.Response = response;
            await PassesAsync(context, new ApplyDeviceAuthorizationResponseContext(context.Transaction));
        }
    }

    private async Task<Result<OpenIddictResponse, OAuthError>> AskAsync(ProcessRequestContext context)
    {
        var (outside, cancellation) = (context.Transaction.Request!, context.CancellationToken);
        // CIBA Core §4: a client that may ask people is known by more than a name.
        if (await clients.FindAsync(outside.ClientId!, cancellation) is not { IsPublic: false } client
            || !client.GrantTypes.Contains(GrantTypes.Ciba))
        {
            return OAuthError.UnauthorizedGrantType;
        }

        return (await objects.OpenBackchannelAsync(client, outside, cancellation)).Failed(out var error, out var parameters)
            || BackchannelRequest.Check(parameters, client, host.FindResource, types.Find).Failed(out error, out var asked)
            || (await host.AskAsync(context.Http, client, parameters, asked, cancellation)).Failed(out error, out var id)
            ? error
            // CIBA Core §7.3.
            : new OpenIddictResponse { ["auth_req_id"] = id, ["expires_in"] = (long)asked.Lifetime.TotalSeconds, ["interval"] = Interval };
    }

    /// <summary>False if the step ended the request, with an answer or a refusal.</summary>
    private async Task<bool> PassesAsync<TStep>(ProcessRequestContext context, TStep step)
        where TStep : BaseRequestContext
    {
        await dispatcher.DispatchAsync(step);
        if (step.IsRequestHandled)
        {
            context.HandleRequest();
        }
        else if (step is BaseValidatingContext { IsRejected: true } refused)
        {
            context.Reject(refused.Error, refused.ErrorDescription, refused.ErrorUri);
        }

        return !context.IsRequestHandled && !context.IsRejected;
    }
}

/// <summary>The CIBA grant (CIBA Core §10.1), in poll mode and after a ping.</summary>
internal sealed class RedeemAnswer(ICibaHost host) : IOpenIddictServerHandler<HandleTokenRequestContext>
{
    public async ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        if (context.Request.Text("auth_req_id") is not { } id)
        {
            context.Refuse(OAuthError.ParameterMissing("auth_req_id"));
        }
        else if (context.Passes(await host.RedeemAsync(context.Transaction, id, context.CancellationToken), out var principal))
        {
            // At once, for a host that has requests passed through to it.
            await context.Http.SignInAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme, principal);
            context.HandleRequest();
        }
    }
}

/// <summary>So that nothing that asks people is made for another grant.</summary>
internal sealed class RequireCibaGrant : IOpenIddictServerHandlerFilter<HandleTokenRequestContext>
{
    public ValueTask<bool> IsActiveAsync(HandleTokenRequestContext context) =>
        ValueTask.FromResult(context.Request.GrantType == GrantTypes.Ciba);
}
