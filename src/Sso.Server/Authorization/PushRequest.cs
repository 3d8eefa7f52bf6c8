using OpenIddict.Abstractions;
using OpenIddict.Server;
using Sso.Accounts.Limits;
using Sso.Data.Authorization;
using Sso.Extensions.Host;
using Sso.Extensions.RequestObjects;
using Sso.Server.ClientAuthentication;
using Sso.Server.Http;
using Sso.Server.Registration;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Authorization;

/// <summary>The pushed authorization request endpoint (RFC 9126 §2): the request is checked as if a browser had brought it.</summary>
internal sealed class PushRequest(Throttle throttle, RequestObjects objects)
    : IOpenIddictServerHandler<ValidatePushedAuthorizationRequestContext>
{
    public const string Path = "/connect/par";

    public async ValueTask HandleAsync(ValidatePushedAuthorizationRequestContext context)
    {
        var request = AuthenticateClient.Of(context.Transaction);
        if (context.Passes(await ReadAsync(context.Http, request, context.CancellationToken), out var parameters))
        {
            context.Request = parameters;
        }
    }

    private async Task<Result<OpenIddictRequest, OAuthError>> ReadAsync(
        HttpContext http, ClientRequest request, CancellationToken cancellation) =>
        request.Client switch
        {
            // RFC 9126 §2.1, step 2.
            _ when request.Parameters.Text("request_uri") is not null => OAuthError.RequestUriPushed,
            // Anybody can speak for a public client, so how much they can make us store is limited (RFC 9126 §2.3, status 429).
            { IsPublic: true } when await throttle.ReservePushAsync(ClientAddress.Counted(http), cancellation) is { } wait =>
                OAuthError.TooManyRequests(wait),
            _ when request.Parameters.Text("request") is not null => await OpenAsync(request, cancellation),
            { RequiresSignedRequests: true } => OAuthError.MustBeSigned,
            { Id: var id } => PushedRequestStore.Of(id, request.Parameters),
        };

    /// <summary>RFC 9126 §3: a request object is the whole request; what comes with it only authenticates the client.</summary>
    private async Task<Result<OpenIddictRequest, OAuthError>> OpenAsync(ClientRequest request, CancellationToken cancellation)
    {
        var opened = await objects.OpenAsync(request.Client, request.Parameters, cancellation);
        return opened.Error?.Id == OAuthError.RequestNotSupported.Id
            ? OAuthError.InvalidRequestObject("The request object must be signed.")
            : opened;
    }
}

/// <summary>Judged as if a browser had brought it (RFC 9126 §2.1, step 3).</summary>
internal sealed class CheckPushed(RequestParsing parsing, ClientRefusals refusals)
    : IOpenIddictServerHandler<ValidatePushedAuthorizationRequestContext>
{
    public async ValueTask HandleAsync(ValidatePushedAuthorizationRequestContext context)
    {
        if (!(await parsing.ParseAsync(context.Request!)).Failed(out var failure, out var request))
        {
            context.SetRedirectUri(request.RedirectUri.Value);
            return;
        }

        if (failure is AuthorizationFailure.ShownToUser { Mismatch: { } mismatch })
        {
            await refusals.RecordAsync(context.Http, mismatch, context.CancellationToken);
        }

        if (failure is AuthorizationFailure.SentToClient { Target.Client.Id: var id } refused)
        {
            await refusals.RecordRequestAsync(context.Http, id, refused.Sent, refused.Error.Id, context.CancellationToken);
        }

        context.Refuse(failure is AuthorizationFailure.SentToClient sent ? sent.Error : OAuthError.RedirectUriPushed);
    }
}

/// <summary>A client whose id is the address of its metadata document becomes known with its first request.</summary>
internal sealed class FindDescribedClient(ClientDocuments documents, Throttle throttle)
    : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    public async ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        var http = context.Http;
        switch (await documents.FindAsync(http, throttle, context.Request.ClientId, context.CancellationToken))
        {
            case ClientDocumentState.NotTaken:
                context.Refuse(OAuthError.InvalidClient("its metadata document is not taken"));
                break;
            case ClientDocumentState.TooManyAsked:
                context.Refuse(OAuthError.TooManyRequests(Throttle.Minute));
                break;
        }
    }
}

/// <summary>The pushed request gets a name and a row (RFC 9126 §2.2).</summary>
internal sealed class StoreRequest(PushedRequestStore pushed, IOpenIddictServerDispatcher dispatcher)
    : IOpenIddictServerHandler<HandlePushedAuthorizationRequestContext>
{
    public async ValueTask HandleAsync(HandlePushedAuthorizationRequestContext context)
    {
        var client = AuthenticateClient.Of(context.Transaction).Client;
        context.Transaction.Response = new()
        {
            RequestUri = await pushed.PushAsync(client.Id, context.Request, context.CancellationToken),
            ExpiresIn = (long)PushedRequest.Lifetime.TotalSeconds,
        };
        await dispatcher.DispatchAsync(new ApplyPushedAuthorizationResponseContext(context.Transaction));
        context.HandleRequest();
    }
}
