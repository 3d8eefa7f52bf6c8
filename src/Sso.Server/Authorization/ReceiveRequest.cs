using OpenIddict.Abstractions;
using OpenIddict.Server;
using Sso.Data.Operations;
using Sso.Extensions.Host;
using Sso.Server.ClientAuthentication;
using Sso.Server.Clients;
using Sso.Server.Http;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Authorization;

/// <summary>
/// The authorization endpoint (RFC 6749 §3.1, OIDC Core §3.1.2): what a browser brings, in place of OpenIddict's reading and checking,
/// because the pages read the same request again at each step (<see cref="FlowSealer"/>) and must judge it by the same rules.
/// </summary>
internal sealed class ReceiveRequest(
    AuthorizationRequestReader requests, PostedForms forms, FlowSealer flows, LateFlows late, ClientDirectory clients,
    ClientRefusals refusals)
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
        if (HttpMethods.IsPost(http.Request.Method))
        {
            await context.AnswerAsync(new SeeOther(await AddressOfPostedAsync(http, context.CancellationToken)));
        }
        else if (http.Request.Path == ContinuePath)
        {
            await ContinueAsync(context);
        }
        else
        {
            await BeginAsync(context);
        }
    }

    private async Task ContinueAsync(ExtractAuthorizationRequestContext context)
    {
        var http = context.Http;
        var handle = http.Request.Query["flow"] is [{ } only] ? only : null;
        if (await flows.OpenAsync(http, handle, context.CancellationToken) is not { Request: var request })
        {
            await context.AnswerAsync(new SeeOther(late.AddressAfter(http, handle)));
        }
        else if (http.Request.Query.ContainsKey("cancelled"))
        {
            Refuse(context, request.Target, OAuthError.Cancelled);
        }
        else
        {
            Accept(context, request);
        }
    }

    private async Task BeginAsync(ExtractAuthorizationRequestContext context)
    {
        var http = context.Http;
        var parameters = forms.Read(http.Request, Path);
        if (!(await requests.ReadAsync(http, parameters, context.CancellationToken)).Failed(out var failure, out var request))
        {
            Accept(context, request);
            return;
        }

        switch (failure)
        {
            case AuthorizationFailure.SentToClient sent:
                await refusals.RecordRequestAsync(http, sent.Target.Client.Id, sent.Sent, sent.Error.Id, context.CancellationToken);
                Refuse(context, sent.Target, sent.Error);
                break;
            case AuthorizationFailure.ShownToUser { Error: AuthorizationPageError.ExpiredFlow }:
                await context.AnswerAsync(new SeeOther(LateFlows.PageFor(parameters.Text("client_id"))));
                break;
            case AuthorizationFailure.ShownToUser shown:
                await RecordAsync(http, shown, parameters.Text("client_id"), context.CancellationToken);
                await context.AnswerAsync(new SeeOther(shown.Error.PageAddress));
                break;
        }
    }

    private async Task RecordAsync(
        HttpContext http, AuthorizationFailure.ShownToUser shown, string? clientId, CancellationToken cancellation)
    {
        if (shown.Mismatch is { } mismatch)
        {
            await refusals.RecordAsync(http, mismatch, cancellation);
        }
        else if (clientId is not null && clients.IsOff(clientId))
        {
            await refusals.RecordRequestAsync(http, clientId, sent: null, RefusalReasons.IsOff, cancellation);
        }
    }

    private static void Accept(ExtractAuthorizationRequestContext context, AuthorizationRequest request)
    {
        context.Transaction.Keep(request);
        context.Transaction.Keep(request.Target);
        context.Request = request.Parameters;
    }

    private static void Refuse(ExtractAuthorizationRequestContext context, AnswerTarget target, OAuthError error)
    {
        context.Transaction.Keep(target);
        context.Request = new OpenIddictRequest { ClientId = target.Client.Id };
        context.Refuse(error);
    }

    /// <summary>OIDC Core §3.1.2.1 demands POST as well.</summary>
    private async Task<string> AddressOfPostedAsync(HttpContext http, CancellationToken cancellation) =>
        !http.Request.HasFormContentType
            ? AuthorizationPageError.MalformedRequest.PageAddress
            : forms.AddressOf(Path, await PostedForms.ReadFormAsync(http.Request, cancellation))
                ?? AuthorizationPageError.RequestTooLarge.PageAddress;
}
