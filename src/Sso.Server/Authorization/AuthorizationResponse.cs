using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.WebUtilities;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Server.Http;

namespace Sso.Server.Authorization;

/// <summary>The answer to the client (OIDC Core §3.1.2.5, RFC 6749 §4.1.2.1), always with <c>iss</c> (RFC 9207 §2).</summary>
public sealed class AuthorizationResponse(SsoOptions options)
{
    public IResult Code(AuthorizationRequest request, string code) =>
        Send(request.RedirectUri, request.ResponseMode, [new("code", code), new("state", request.State)]);

    public IResult Error(AuthorizationRequest request, OAuthError error) => Error(request.RedirectUri, request.ResponseMode, request.State, error);

    public IResult Error(VerifiedRedirectUri redirectUri, ResponseMode mode, string? state, OAuthError error) =>
        Send(redirectUri, mode, [new("error", error.Code), new("error_description", error.Description), new("state", state)]);

    private IResult Send(VerifiedRedirectUri redirectUri, ResponseMode mode, KeyValuePair<string, string?>[] parameters)
    {
        var sent = parameters.Where(pair => pair.Value is not null).Append(new("iss", options.Issuer)).ToList();
        return mode == ResponseMode.FormPost ? new FormPost(redirectUri.Value, sent) : new Redirect(QueryHelpers.AddQueryString(redirectUri.Value, sent));
    }

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
    private sealed class FormPost(string redirectUri, List<KeyValuePair<string, string?>> parameters) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            SecurityHeaders.AllowFormTarget(httpContext, redirectUri);
            var html = HtmlEncoder.Default;
            var fields = new StringBuilder();
            foreach (var (name, value) in parameters)
            {
                fields.Append(System.Globalization.CultureInfo.InvariantCulture, $"<input type=\"hidden\" name=\"{html.Encode(name)}\" value=\"{html.Encode(value!)}\">");
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
