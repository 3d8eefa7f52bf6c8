using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.WebUtilities;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Protocol.Clients;
using Sso.Protocol.Tokens;
using Sso.Server.Engine;
using Sso.Server.Http;
using Sso.Server.Keys;
using Sso.Server.Sessions;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Authorization;

/// <summary>
/// The answer to the client (OIDC Core §3.1.2.5, RFC 6749 §4.1.2.1), always with <c>iss</c> (RFC 9207 §2): beside the other parameters, or
/// with them inside one signed parameter (JARM §2.3).
/// </summary>
public sealed class AuthorizationResponse(SigningKeyRing keys, SessionStates states, SsoOptions options, TimeProvider clock)
{
    /// <param name="http">The browser, whose session the answer tells the state of (Session Management §2).</param>
    /// <param name="request">What was granted.</param>
    /// <param name="code">Null when the response type does not ask for one.</param>
    /// <param name="idToken">Likewise.</param>
    public IResult Granted(HttpContext http, AuthorizationRequest request, string? code, string? idToken) => Send(
        new(request.Client, request.RedirectUri, request.ResponseMode, request.State),
        [new("code", code), new("id_token", idToken), new("state", request.State), new("session_state", states.For(http, request))]);

    public IResult Error(AnswerTarget target, OAuthError error) => Send(
        target,
        [
            new("error", error.Code), new("error_description", error.Description),
            new("error_uri", options.ErrorUri(error)), new("state", target.State),
        ]);

    private IResult Send(AnswerTarget target, KeyValuePair<string, string?>[] parameters)
    {
        var (client, redirectUri, mode, _) = target;
        var known = parameters.Where(pair => pair.Value is not null).Select(pair => KeyValuePair.Create(pair.Key, pair.Value!)).ToList();
        List<KeyValuePair<string, string>> sent = mode.IsSigned()
            ? [new("response", Sign(client, known))]
            : [.. known, new("iss", options.Issuer)];
        return mode switch
        {
            ResponseMode.FormPost or ResponseMode.FormPostJwt => new FormPost(client, redirectUri.Value, sent),
            ResponseMode.Fragment or ResponseMode.FragmentJwt =>
                new Redirect(redirectUri.Value + "#" + QueryHelpers.AddQueryString("", sent!)[1..]),
            _ => new Redirect(QueryHelpers.AddQueryString(redirectUri.Value, sent!)),
        };
    }

    private string Sign(Client client, List<KeyValuePair<string, string>> parameters) => AuthorizationResponseToken.Write(
        parameters, options.Issuer, client.Id, keys.Signing(client.AuthorizationSigningAlgorithm), clock.GetUtcNow());

    /// <summary>303, so that the request after a form post is a GET and no body is sent on (RFC 9700 §4.12).</summary>
    private sealed class Redirect(string location) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = location;
            return Task.CompletedTask;
        }
    }

    /// <summary>A page that posts itself, with a button for browsers without script (Form Post Response Mode §2).</summary>
    private sealed class FormPost(Client client, string redirectUri, List<KeyValuePair<string, string>> parameters) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            SecurityHeaders.AllowFormTarget(httpContext, redirectUri);
            SecurityHeaders.AllowFramingBy(httpContext, client.RedirectUris.Concat(client.Origins));
            var html = HtmlEncoder.Default;
            var fields = new StringBuilder();
            foreach (var (name, value) in parameters)
            {
                fields.Append(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"<input type=\"hidden\" name=\"{html.Encode(name)}\" value=\"{html.Encode(value)}\">");
            }

            httpContext.Response.ContentType = "text/html; charset=utf-8";
            await httpContext.Response.WriteAsync($$"""
                <!doctype html>
                <html lang="en">
                <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sso</title><link rel="stylesheet" href="/css/site.css"></head>
                <body><main>
                <form method="post" action="{{html.Encode(redirectUri)}}">{{fields}}<button type="submit" class="button primary">Continua / Continue</button></form>
                </main><script nonce="{{httpContext.Items[SecurityHeaders.NonceKey]}}">document.forms[0].submit();</script></body>
                </html>
                """);
        }
    }
}

/// <summary>To whom, where and how an authorization request is answered.</summary>
public sealed record AnswerTarget(Client Client, VerifiedRedirectUri RedirectUri, ResponseMode Mode, string? State);

/// <summary>Sends the answer, in the place of OpenIddict's response modes, which know neither JARM nor our issuer.</summary>
internal sealed class AnswerRequest(AuthorizationResponse response) : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ApplyAuthorizationResponseContext>()
        .UseSingletonHandler<AnswerRequest>()
        .SetOrder(OpenIddictServerAspNetCoreHandlers.ProcessJsonResponse<ApplyAuthorizationResponseContext>.Descriptor.Order)
        .Build();

    public async ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
    {
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        await context.AnswerAsync(
            context.Error is null
                ? response.Granted(http, ReceiveRequest.Of(context.Transaction), context.Response.Code, context.Response.IdToken)
                : response.Error(ReceiveRequest.TargetOf(context.Transaction), Refusals.Of(context.Transaction)));
    }
}
