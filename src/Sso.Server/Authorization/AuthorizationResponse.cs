using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.WebUtilities;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Sso.Extensions.Host;
using Sso.Extensions.SignedResponses;
using Sso.Server.Engine;
using Sso.Server.Http;
using Sso.Server.Trials;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Authorization;

/// <summary>
/// Completes every answer to a client (OIDC Core §3.1.2.5, RFC 6749 §4.1.2.1), with our own issuer (RFC 9207 §2). That to a trial of an
/// administrator goes to the console instead, which is no address of any client.
/// </summary>
internal sealed class CompleteResponse(SsoOptions options, SignInTrials trials)
    : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
{
    public ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
    {
        var target = context.Transaction.Kept<AnswerTarget>()!;
        if (context.Error is not null)
        {
            var error = context.Transaction.Refusal;
            context.Response = new() { Error = error.Code, ErrorDescription = error.Description, ErrorUri = options.ErrorUri(error) };
        }

        context.Response.State = target.State;
        context.Response.Iss = options.Issuer;
        (context.RedirectUri, context.ResponseMode) =
            target.State is not null && trials.AddressFor(context.Http, target.Client.Id, target.State) is { } console
                ? (console, OpenIddictConstants.ResponseModes.Query)
                : (target.RedirectUri.Value, target.ResponseMode);
        context.Transaction.AnswersTo(target.Client);
        return default;
    }
}

/// <summary>Sends it, in place of OpenIddict's response modes: with a 303, or with a page that our content policy allows.</summary>
internal static class SendResponse
{
    public static async ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
    {
        var (client, address) = (context.Transaction.Kept<AnswerTarget>()!.Client, context.RedirectUri!);
        var sent = context.Response.GetParameters().Where(pair => !OpenIddictParameter.IsNullOrEmpty(pair.Value))
            .Select(pair => KeyValuePair.Create(pair.Key, pair.Value.ToString()!)).ToList();
        await context.AnswerAsync(context.ResponseMode switch
        {
            OpenIddictConstants.ResponseModes.FormPost => new FormPost(client, address, sent),
            OpenIddictConstants.ResponseModes.Fragment => new SeeOther(address + "#" + QueryHelpers.AddQueryString("", sent!)[1..]),
            OpenIddictConstants.ResponseModes.Query => new SeeOther(QueryHelpers.AddQueryString(address, sent!)),
            _ => throw new System.Diagnostics.UnreachableException(),
        });
    }

    /// <summary>A page that submits itself, with a button for browsers without script (Form Post Response Mode §2).</summary>
    private sealed class FormPost(Client client, string redirectUri, List<KeyValuePair<string, string>> parameters) : IResult
    {
        private const string Head =
            """<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sso</title>"""
            + """<link rel="stylesheet" href="/css/site.css"></head>""";

        private const string Button = """<button type="submit" class="button primary">Continua / Continue</button>""";

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
                {{Head}}
                <body><main>
                <form method="post" action="{{html.Encode(redirectUri)}}">{{fields}}{{Button}}</form>
                </main><script nonce="{{httpContext.Items[SecurityHeaders.NonceKey]}}">document.forms[0].submit();</script></body>
                </html>
                """);
        }
    }
}
