using OpenIddict.Abstractions;
using OpenIddict.Server;
using Sso.Extensions.Host;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Server.ClientAuthentication;
using Sso.Server.Http;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Authorization;

/// <summary>
/// The authorization endpoint (RFC 6749 §3.1, OIDC Core §3.1.2): what a browser brings, in place of OpenIddict's reading and checking,
/// because the pages read the same request again at each step (<see cref="Flows"/>) and must judge it by the same rules.
/// </summary>
internal sealed class ReceiveRequest(IncomingRequests requests, PostedForms forms, Flows flows, LateFlows late, ClientRefusals refusals)
    : IOpenIddictServerHandler<ExtractAuthorizationRequestContext>
{
    public const string Path = "/connect/authorize";

    /// <summary>Every page comes back here after it recorded its fact.</summary>
    public const string ContinuePath = Path + "/continue";

    /// <summary>Comes with the handle, which only this browser knows: the person does not want to go on.</summary>
    public const string Cancelled = "cancelled=true";

    /// <summary>The request, once it was found to be good.</summary>
    public static AuthorizationRequest Of(OpenIddictServerTransaction transaction) => transaction.Kept<AuthorizationRequest>()!;

    /// <summary>Tells OpenIddict where the answer goes, which the parameters of a pushed request do not say.</summary>
    public static void NameRedirectUri(ValidateAuthorizationRequestContext context) =>
        context.SetRedirectUri(Of(context.Transaction).RedirectUri.Value);

    public async ValueTask HandleAsync(ExtractAuthorizationRequestContext context)
    {
        var http = context.Http;
        switch (await ReadAsync(http, context.CancellationToken))
        {
            case (null, { } address):
                await context.AnswerAsync(new SeeOther(address));
                break;
            case (AuthorizationFailure.SentToClient sent, _):
                context.Transaction.Keep(sent.Target);
                context.Request = new OpenIddictRequest { ClientId = sent.Target.Client.Id };
                context.Refuse(sent.Error);
                break;
            case (AuthorizationRequest request, _):
                context.Transaction.Keep(request);
                context.Transaction.Keep(request.Target);
                context.Request = request.Parameters;
                break;
        }
    }

    /// <summary>The request or what is wrong with it, or one of our addresses.</summary>
    private async Task<(object? Read, string? Address)> ReadAsync(HttpContext http, CancellationToken cancellation)
    {
        if (HttpMethods.IsPost(http.Request.Method))
        {
            return (null, await AddressOfPostedAsync(http, cancellation));
        }

        if (http.Request.Path == ContinuePath)
        {
            var handle = http.Request.Query["flow"] is [{ } only] ? only : null;
            return await flows.OpenAsync(http, handle, cancellation) is not { Request: var opened }
                ? (null, late.AddressAfter(http, handle))
                : http.Request.Query.ContainsKey("cancelled")
                    ? (new AuthorizationFailure.SentToClient(opened.Target, OAuthError.Cancelled), null)
                : (opened, null);
        }

        var parameters = forms.Read(http.Request, Path);
        var (request, failure) = await requests.ReadAsync(http, parameters, cancellation);
        if (failure is AuthorizationFailure.ShownToUser { Mismatch: { } mismatch })
        {
            await refusals.RecordAsync(http, mismatch, cancellation);
        }

        return failure switch
        {
            AuthorizationFailure.ShownToUser { Error: AuthorizationPageError.ExpiredFlow } =>
                (null, LateFlows.PageFor(parameters.Text("client_id"))),
            AuthorizationFailure.ShownToUser shown => (null, PageAbout(shown.Error)),
            null => (request, null),
            _ => (failure, null),
        };
    }

    /// <summary>OIDC Core §3.1.2.1 demands POST as well.</summary>
    private async Task<string> AddressOfPostedAsync(HttpContext http, CancellationToken cancellation)
    {
        if (!http.Request.HasFormContentType)
        {
            return PageAbout(AuthorizationPageError.MalformedRequest);
        }

        var parameters = await PostedForms.ReadFormAsync(http.Request, cancellation);
        return forms.AddressOf(Path, parameters) ?? PageAbout(AuthorizationPageError.RequestTooLarge);
    }

    private static string PageAbout(AuthorizationPageError error) => $"/error?about={error}";
}
