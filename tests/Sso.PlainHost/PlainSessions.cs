using System.Security.Cryptography;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Http;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Sso.Extensions.BackchannelLogout;
using Sso.Extensions.FrontchannelLogout;
using Sso.Extensions.Host;
using Sso.Extensions.SessionManagement;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Plain;

/// <summary>The cookie is made with the first answer, and forgotten at the sign-out.</summary>
internal sealed class PlainSessionHost : ISessionManagementHost
{
    public string Cookie => "plain-state";

    public IEnumerable<string> Origins => ["https://shop.example"];

    public string? StateFor(OpenIddictServerTransaction transaction)
    {
        var http = transaction.GetHttpRequest()!.HttpContext;
        if (http.Request.Cookies[Cookie] is { } known)
        {
            return known;
        }

        var state = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        http.Response.Cookies.Append(Cookie, state, new() { Secure = true, SameSite = SameSiteMode.None });
        return state;
    }
}

/// <summary>Tells every application of the session, and shows the page with their frames.</summary>
internal sealed class PlainSignOut(
    IOpenIddictApplicationManager applications,
    IClientSource clients,
    LogoutTokens tokens,
    LogoutFrames frames,
    ISessionManagementHost session)
    : IOpenIddictServerHandler<HandleEndSessionRequestContext>
{
    public async ValueTask HandleAsync(HandleEndSessionRequestContext context)
    {
        var (subject, sid) = (context.IdentityTokenHintPrincipal!.GetClaim("sub")!, context.IdentityTokenHintPrincipal!.GetClaim("sid")!);
        var page = "";
        await foreach (var application in applications.ListAsync(cancellationToken: context.CancellationToken))
        {
            var client = (await clients.FindAsync((await applications.GetClientIdAsync(application))!, context.CancellationToken))!;
            page += frames.AddressOf(client, sid) is { } address
                ? $"<iframe src=\"{address.Replace("&", "&amp;", StringComparison.Ordinal)}\"></iframe>"
                : "";
            if (client.BackchannelLogoutUri is { } uri)
            {
                using var http = new HttpClient();
                var token = (await tokens.MakeAsync(client, subject, sid, context.CancellationToken)).Value!;
                using var form = new FormUrlEncodedContent([KeyValuePair.Create("logout_token", token)]);
                (await http.PostAsync(new Uri(uri), form, context.CancellationToken)).EnsureSuccessStatusCode();
            }
        }

        context.Transaction.GetHttpRequest()!.HttpContext.Response.Cookies.Delete(session.Cookie);
        await context.AnswerAsync(TypedResults.Text(page, "text/html"));
    }
}
