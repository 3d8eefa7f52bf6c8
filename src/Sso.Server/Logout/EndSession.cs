using Microsoft.AspNetCore.WebUtilities;
using OpenIddict.Server;
using Sso.Accounts.Sessions;
using Sso.Data.Operations;
using Sso.Extensions.Host;
using Sso.Server.Authorization;
using Sso.Server.ClientAuthentication;
using Sso.Server.Clients;
using Sso.Server.Http;
using Sso.Server.Issuance;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Logout;

/// <summary>RP-Initiated Logout §2: a page asks first unless a hint is of this session; only registered URIs are returned to.</summary>
internal sealed class EndSession(
    PostedForms forms, ClientDirectory clients, IssuedTokenValidator tokens, BrowserSessions sessions, BrowserSignOut signOut,
    LogoutReturnSealer returns, ClientRefusals refusals) : IOpenIddictServerHandler<ExtractEndSessionRequestContext>
{
    public const string Path = "/connect/logout";

    /// <summary>Applications get no answer here: the browser always goes to a page.</summary>
    public async ValueTask HandleAsync(ExtractEndSessionRequestContext context)
    {
        var http = context.Http;
        var next = HttpMethods.IsPost(http.Request.Method)
            ? await AddressOfPostedAsync(http, context.CancellationToken)
            : await EndAsync(http, context.CancellationToken);
        await context.AnswerAsync(new SeeOther(next));
    }

    private async Task<string> EndAsync(HttpContext http, CancellationToken cancellation)
    {
        var parameters = forms.Read(http.Request, Path);
        if (parameters.Flaw is not null)
        {
            return AuthorizationPageError.MalformedRequest.PageAddress;
        }

        var hint = parameters.Text("id_token_hint") is { } text ? await tokens.ValidateHintAsync(text) : null;
        var badHint = parameters.Text("id_token_hint") is not null && hint is null;
        var client = (hint?.Audiences.FirstOrDefault() ?? parameters.Text("client_id")) is { } id ? clients.Find(id) : null;
        if (badHint || (hint is not null && parameters.Text("client_id") is { } named && named != client?.Id))
        {
            return "/signout";
        }

        var asked = parameters.Text("post_logout_redirect_uri");
        if (asked is not null && client is not null && !client.PostLogoutRedirectUris.Contains(asked))
        {
            var nearest = RedirectUriMismatch.Of(client.Id, client.PostLogoutRedirectUris, asked);
            await refusals.RecordRequestAsync(http, client.Id, nearest.Sent, RefusalReasons.PostLogout, cancellation);
            return AuthorizationPageError.WrongRedirectUri.PageAddress;
        }

        var target = asked is not null && client is not null ? Target(asked, parameters.Text("state")) : null;
        var signIn = await sessions.CurrentAsync(http.Visit(), client?.Id ?? "", isActivity: false, cancellation);
        var hintIsOurs = hint is not null && (signIn is null || client?.SessionOf(hint.GetClaim("sid").Value) == signIn.SessionId);
        if (!hintIsOurs && signIn is not null)
        {
            return "/signout" + (target is null ? "" : $"?return={returns.Seal(target)}");
        }

        var next = await signOut.EndAsync(http.Visit(), hint is null ? null : target, cancellation);
        // Without a hint nothing shows that this client asked, so its URI is not followed unless a person confirms (RP-Initiated Logout
        // §3): it is offered.
        var offered = asked is not null ? target : client is not null ? ClientHomes.HomeOf(client) : null;
        return next == "/signedout" && offered is not null ? QueryHelpers.AddQueryString(next, "return", returns.Seal(offered)) : next;
    }

    /// <summary>RP-Initiated Logout §2. Without a cookie nothing is known about a session, so nobody is signed out here.</summary>
    private async Task<string> AddressOfPostedAsync(HttpContext http, CancellationToken cancellation)
    {
        if (!http.Request.HasFormContentType)
        {
            return Path;
        }

        var parameters = await PostedForms.ReadFormAsync(http.Request, cancellation);
        // A hint that does not fit a URL is dropped; the person can still sign out.
        return parameters.Flaw is not null
            ? AuthorizationPageError.MalformedRequest.PageAddress
            : forms.AddressOf(Path, parameters) ?? "/signout";
    }

    private static string Target(string uri, string? state) => state is null ? uri : QueryHelpers.AddQueryString(uri, "state", state);
}
