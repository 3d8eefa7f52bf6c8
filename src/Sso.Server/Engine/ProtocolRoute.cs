using System.Diagnostics;
using Microsoft.AspNetCore.Authentication;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using Sso.Extensions.Host;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Engine;

/// <summary>A route that OpenIddict answers.</summary>
internal sealed record ProtocolRoute(OpenIddictServerEndpointType Type)
{
    /// <param name="methods">POST alone unless given: to most endpoints applications post.</param>
    public static void Map(IEndpointRouteBuilder routes, string path, OpenIddictServerEndpointType type, params string[] methods) =>
        routes.MapMethods(path, methods is [] ? ["POST"] : methods, AnswerAsync).WithMetadata(new ProtocolRoute(type)).DisableAntiforgery();

    /// <summary>Hands the request to OpenIddict.</summary>
    public static async Task AnswerAsync(HttpContext http)
    {
        var handlers = http.RequestServices.GetRequiredService<IAuthenticationHandlerProvider>();
        var openIddict = (IAuthenticationRequestHandler)(await handlers.GetHandlerAsync(
            http, OpenIddictServerAspNetCoreDefaults.AuthenticationScheme))!;
        if (!await openIddict.HandleRequestAsync())
        {
            throw new UnreachableException($"{Of(http)} was left unanswered.");
        }
    }

    /// <summary>Tells OpenIddict the endpoint of the route, not of the address, which a proxy may have changed.</summary>
    public static void Tell(ProcessRequestContext context)
    {
        var (http, issuer) = (context.Http, context.Options.Issuer!);
        context.EndpointType = Of(http);
        context.BaseUri = issuer;
        context.RequestUri = new Uri(issuer.OriginalString + http.Request.Path + http.Request.QueryString);
    }

    public static OpenIddictServerEndpointType Of(HttpContext http) =>
        http.GetEndpoint()!.Metadata.GetRequiredMetadata<ProtocolRoute>().Type;
}
