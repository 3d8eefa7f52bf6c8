using Microsoft.AspNetCore.WebUtilities;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Server.Authorization;
using Sso.Server.ClientAuthentication;
using Sso.Server.Sessions;
using Sso.Server.Token;

namespace Sso.Server.Logout;

/// <summary>
/// RP-Initiated Logout §2. With a valid hint that belongs to this browser's session nobody is asked; without one a page asks first. The browser goes back
/// only to a URI that the client registered.
/// </summary>
internal static class LogoutEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods("/connect/logout", ["GET", "POST"], HandleAsync).DisableAntiforgery();

    private static async Task<IResult> HandleAsync(
        HttpContext http, ClientDirectory clients, IssuedTokens tokens, SessionCookies sessions, SignOuts signOuts, LogoutReturns returns, CancellationToken cancellation)
    {
        if (OAuthParameters.From(await PairsAsync(http, cancellation)).Failed(out _, out var parameters))
        {
            return new SeeOther($"/error?about={AuthorizationPageError.MalformedRequest}");
        }

        var hint = parameters["id_token_hint"] is { } text ? tokens.ReadHint(text) : null;
        var badHint = parameters["id_token_hint"] is not null && hint is null;
        var client = (hint?.Audiences.FirstOrDefault() ?? parameters["client_id"]) is { } id ? clients.Find(id) : null;
        if (badHint || (hint is not null && parameters["client_id"] is { } named && named != client?.Id))
        {
            return new SeeOther("/signout");
        }

        var asked = parameters["post_logout_redirect_uri"];
        if (asked is not null && client is not null && !client.PostLogoutRedirectUris.Contains(asked))
        {
            return new SeeOther($"/error?about={AuthorizationPageError.WrongRedirectUri}");
        }

        var target = asked is not null && client is not null ? Target(asked, parameters["state"]) : null;
        var signIn = await sessions.CurrentAsync(http, client?.Id ?? "", isActivity: false, cancellation);
        var hintIsOurs = hint is not null && (signIn is null || hint.GetClaim("sid").Value == signIn.SessionId.ToString("N"));
        if (!hintIsOurs && signIn is not null)
        {
            return new SeeOther("/signout" + (target is null ? "" : $"?return={returns.Seal(target)}"));
        }

        // Without a hint nothing shows that this client asked, so its URI is not followed unless a person confirmed (RP-Initiated Logout §3).
        return new SeeOther(await signOuts.EndAsync(http, hint is null ? null : target, cancellation));
    }

    private static string Target(string uri, string? state) => state is null ? uri : QueryHelpers.AddQueryString(uri, "state", state);

    private static async Task<IEnumerable<KeyValuePair<string, string?>>> PairsAsync(HttpContext http, CancellationToken cancellation) =>
        HttpMethods.IsPost(http.Request.Method) && http.Request.HasFormContentType
            ? (await http.Request.ReadFormAsync(cancellation)).SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value))
            : http.Request.Query.SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value));
}
