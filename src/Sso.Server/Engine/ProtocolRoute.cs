using System.Diagnostics;
using Microsoft.AspNetCore.Authentication;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;

namespace Sso.Server.Engine;

/// <summary>A route that OpenIddict answers.</summary>
internal sealed record ProtocolRoute(OpenIddictServerEndpointType Type)
{
    /// <summary>A route to which applications post.</summary>
    public static void Map(IEndpointRouteBuilder routes, string path, OpenIddictServerEndpointType type) =>
        routes.MapPost(path, AnswerAsync).WithMetadata(new ProtocolRoute(type)).DisableAntiforgery();

    /// <summary>Hands the request to OpenIddict.</summary>
    public static async Task AnswerAsync(HttpContext http)
    {
        var handlers = http.RequestServices.GetRequiredService<IAuthenticationHandlerProvider>();
        var openIddict = (IAuthenticationRequestHandler)(await handlers.GetHandlerAsync(http, OpenIddictServerAspNetCoreDefaults.AuthenticationScheme))!;
        if (!await openIddict.HandleRequestAsync())
        {
            throw new UnreachableException($"{Of(http)} was left unanswered.");
        }
    }

    public static OpenIddictServerEndpointType Of(HttpContext http) => http.GetEndpoint()!.Metadata.GetRequiredMetadata<ProtocolRoute>().Type;
}
