using OpenIddict.Abstractions;
using Sso.Accounts.Limits;
using Sso.Extensions.RequestObjects;
using Sso.Server.Clients;
using Sso.Server.Http;
using Sso.Server.Registration;

namespace Sso.Server.Authorization;

/// <summary>As browsers bring them: plain, or pushed (RFC 9126 §4) or signed (RFC 9101), and then nothing else in the URL counts.</summary>
internal sealed class AuthorizationRequestReader(
    RequestParsing parsing, PushedRequestStore pushed, RequestObjects objects, ClientDirectory clients,
    ClientDocuments documents, Throttle throttle)
{
    /// <summary>A longer signed request is kept in a row, as if pushed, so that flow handles and codes stay short.</summary>
    private const int LongestCarried = 2 * 1024;

    public async Task<Result<AuthorizationRequest, AuthorizationFailure>> ReadAsync(
        HttpContext http, OpenIddictRequest parameters, CancellationToken cancellation)
    {
        // Whose request it is, and where the answer goes, must be beyond doubt.
        if (parameters.IsFlawed("client_id") || parameters.IsFlawed("redirect_uri"))
        {
            return new AuthorizationFailure.ShownToUser(AuthorizationPageError.MalformedRequest);
        }

        switch (await documents.FindAsync(http, throttle, parameters.Text("client_id"), cancellation))
        {
            case ClientDocumentState.NotTaken:
                return new AuthorizationFailure.ShownToUser(AuthorizationPageError.UnknownClient);
            case ClientDocumentState.TooManyAsked:
                return new AuthorizationFailure.ShownToUser(AuthorizationPageError.TooManyRequests);
        }

        if (RequestObjects.IsPushed(parameters))
        {
            return await pushed.BeginAsync(parameters.Text("request_uri")!, parameters.Text("client_id"), cancellation) is { } stored
                ? Named(await parsing.ParseAsync(stored), parameters)
                : new AuthorizationFailure.ShownToUser(AuthorizationPageError.ExpiredFlow);
        }

        if (RequestObjects.IsIn(parameters))
        {
            return await ReadObjectAsync(http, parameters, cancellation);
        }

        if ((await parsing.ParseAsync(parameters)).Failed(out var failure, out var request))
        {
            return failure;
        }

        return request.Client switch
        {
            { RequiresSignedRequests: true } => new AuthorizationFailure.SentToClient(request.Target, OAuthError.MustBeSigned),
            { RequiresPushedRequests: true } => new AuthorizationFailure.SentToClient(request.Target, OAuthError.MustBePushed),
            _ => request,
        };
    }

    private async Task<Result<AuthorizationRequest, AuthorizationFailure>> ReadObjectAsync(
        HttpContext http, OpenIddictRequest outside, CancellationToken cancellation)
    {
        if (outside.Text("client_id") is not { } id || clients.Find(id) is not { } client)
        {
            return new AuthorizationFailure.ShownToUser(AuthorizationPageError.UnknownClient);
        }

        // Otherwise anybody who knows a registered address could make us call it as often as they like.
        if (RequestObjects.IsFetched(client, outside)
            && await throttle.ReserveFetchAsync(ClientAddress.Counted(http), cancellation) is { } wait)
        {
            return RefusalOf(client, outside, OAuthError.TooManyRequests(wait), AuthorizationPageError.TooManyRequests);
        }

        if ((await objects.OpenAsync(client, outside, cancellation)).Failed(out var error, out var inside))
        {
            return RefusalOf(client, outside, error, AuthorizationPageError.MalformedRequest);
        }

        if ((await parsing.ParseAsync(inside)).Failed(out var failure, out var request))
        {
            return failure;
        }

        if (client.RequiresPushedRequests)
        {
            return new AuthorizationFailure.SentToClient(request.Target, OAuthError.MustBePushed);
        }

        if (inside.ToForm().Length <= LongestCarried)
        {
            return request;
        }

        // The client signed it once, but anybody who saw it can bring it again.
        return await throttle.ReservePushAsync(ClientAddress.Counted(http), cancellation) is { } full
            ? new AuthorizationFailure.SentToClient(request.Target, OAuthError.TooManyRequests(full))
            : Named(request, inside.With("request_uri", await pushed.PushAsync(client.Id, inside, cancellation)));
    }

    /// <summary>The flow handle and the code carry the name; the handle also carries the language, which every page needs.</summary>
    private static Result<AuthorizationRequest, AuthorizationFailure> Named(
        Result<AuthorizationRequest, AuthorizationFailure> read, OpenIddictRequest parameters) =>
        read.Failed(out var failure, out var request) ? failure : request with
        {
            Parameters = RequestParameters.Read(
            [
                new("client_id", parameters.Text("client_id")), new("request_uri", parameters.Text("request_uri")),
                new("ui_locales", string.Join(' ', request.UiLocales)),
            ]),
        };

    /// <summary>It is reported where the parameters outside the object say, if that is a registered place of the client.</summary>
    private static AuthorizationFailure RefusalOf(
        Client client, OpenIddictRequest outside, OAuthError error, AuthorizationPageError page) =>
        VerifiedRedirectUri.Match(client, outside.Text("redirect_uri")) is { } uri
            ? new AuthorizationFailure.SentToClient(
                new(client, uri, ResponseModes.Of(outside.Text("response_type"), outside.Text("response_mode")), outside.StateToReturn),
                error)
            : new AuthorizationFailure.ShownToUser(page);
}
