using Microsoft.AspNetCore;
using OpenIddict.Server;
using Sso.Extensions.SessionManagement;
using Sso.Server.Clients;
using Sso.Server.Engine;
using Sso.Server.Http;
using Sso.Accounts.Sessions;

namespace Sso.Server.Authorization;

/// <summary>What applications watch, if switched on: a hash of the lasting part of the session's cookie (Session Management §3).</summary>
internal sealed class SessionStates(CookieNames cookies, ClientDirectory clients) : ISessionManagementHost
{
    public const string FramePath = "/connect/checksession";

    public string Cookie => cookies.State;

    public IEnumerable<string> Origins => clients.PageOrigins;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet(
            FramePath,
            (HttpContext http, SsoOptions options) =>
                options.SessionManagement ? ProtocolRoute.AnswerAsync(http) : TypedResults.NotFound().ExecuteAsync(http))
        .WithMetadata(new ProtocolRoute(OpenIddictServerEndpointType.Unknown));

    public string? StateFor(OpenIddictServerTransaction transaction) => ReceiveRequest.Of(transaction).Scopes.Contains(Scopes.OpenId)
        ? SessionHandle.LastingPartOf(transaction.GetHttpRequest()!.HttpContext.Request.Cookies[cookies.Session])
        : null;
}
