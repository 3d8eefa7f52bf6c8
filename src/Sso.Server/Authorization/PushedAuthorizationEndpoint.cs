using Sso.Data.Authorization;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Protocol.Tokens;
using Sso.Server.ClientAuthentication;
using Sso.Server.Http;
using Sso.Server.Registration;
using Sso.Server.SignIn;

namespace Sso.Server.Authorization;

/// <summary>The pushed authorization request endpoint (RFC 9126 §2): the request is checked as if a browser had brought it, and stored under a name.</summary>
internal static class PushedAuthorizationEndpoint
{
    public const string Path = "/connect/par";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(Path, HandleAsync).DisableAntiforgery();

    private static async Task<IResult> HandleAsync(
        HttpContext http,
        ClientDocuments documents,
        ClientAuthenticator clients,
        Throttle throttle,
        Flows flows,
        RequestObjects objects,
        PushedRequests pushed,
        ClientRefusals refusals,
        CancellationToken cancellation)
    {
        var named = http.Request.HasFormContentType && (await http.Request.ReadFormAsync(cancellation))["client_id"] is [{ } id] ? id : null;
        switch (await documents.FindAsync(http, throttle, named, cancellation))
        {
            case ClientDocumentState.NotTaken:
                return new OAuthErrorResult(OAuthError.InvalidClient("its metadata document is not taken"));
            case ClientDocumentState.TooManyAsked:
                return new OAuthErrorResult(OAuthError.TooManyRequests(Throttle.Minute));
        }

        if ((await clients.ReadAsync(http, cancellation)).Failed(out var error, out var request))
        {
            return new OAuthErrorResult(error);
        }

        // RFC 9126 §2.1, step 2.
        if (request.Parameters["request_uri"] is not null)
        {
            return new OAuthErrorResult(OAuthError.RequestUriPushed);
        }

        // Anybody can speak for a public client, so what they can make us store is limited (RFC 9126 §2.3, status 429).
        if (request.Client.IsPublic && await throttle.ReservePushAsync(ClientAddress.Counted(http), cancellation) is { } wait)
        {
            return new OAuthErrorResult(OAuthError.TooManyRequests(wait));
        }

        if ((await OpenAsync(request, objects, cancellation)).Failed(out error, out var parameters))
        {
            return new OAuthErrorResult(error);
        }

        // RFC 9449 §10.1: a proof here binds the code as dpop_jkt does; where both come they name one key.
        if (request.Sender is { Kind: SenderConstraint.Dpop, Thumbprint: var key })
        {
            if (parameters["dpop_jkt"] is { } announced && announced != key)
            {
                return new OAuthErrorResult(OAuthError.InvalidDpopProof("dpop_jkt names another key"));
            }

            parameters = parameters.With("dpop_jkt", key);
        }

        switch (flows.Check(parameters).Failure)
        {
            case AuthorizationFailure.ShownToUser shown:
                if (shown.Mismatch is { } mismatch)
                {
                    await refusals.RecordAsync(http, mismatch, cancellation);
                }

                return new OAuthErrorResult(OAuthError.RedirectUriPushed);
            case AuthorizationFailure.SentToClient sent:
                return new OAuthErrorResult(sent.Error);
        }

        var requestUri = await pushed.PushAsync(request.Client.Id, parameters, cancellation);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(
            new PushedAuthorizationResponse(requestUri, (int)PushedRequest.Lifetime.TotalSeconds),
            SsoJson.Default.PushedAuthorizationResponse,
            statusCode: StatusCodes.Status201Created);
    }

    /// <summary>RFC 9126 §3: a request object is the request, and what stands beside it proves the client and no more.</summary>
    private static async Task<Result<OAuthParameters>> OpenAsync(ClientRequest request, RequestObjects objects, CancellationToken cancellation)
    {
        if (request.Parameters["request"] is null)
        {
            return request.Client.RequiresSignedRequests ? OAuthError.MustBeSigned : PushedRequests.Of(request.Client.Id, request.Parameters);
        }

        var opened = await objects.OpenAsync(request.Client, request.Parameters, cancellation);
        return opened.Error?.Id == OAuthError.RequestNotSupported.Id
            ? OAuthError.InvalidRequestObject("The request object must be signed.")
            : opened;
    }
}

/// <summary>RFC 9126 §2.2. <paramref name="ExpiresIn"/> is in seconds.</summary>
public sealed record PushedAuthorizationResponse(string RequestUri, int ExpiresIn);
