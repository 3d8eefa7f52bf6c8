using Microsoft.AspNetCore;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;
using Sso.Extensions.Host;

namespace Sso.Server.UserInfo;

/// <summary>FAPI 1.0 Baseline §6.2.1: a resource sends back the id by which a client finds the request again, if it is a UUID.</summary>
internal sealed class EchoInteraction : IOpenIddictServerHandler<ExtractUserInfoRequestContext>
{
    private const string Header = "x-fapi-interaction-id";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        Handlers.Singleton<ExtractUserInfoRequestContext, EchoInteraction>(-1000);

    public ValueTask HandleAsync(ExtractUserInfoRequestContext context)
    {
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        if (http.Request.Headers[Header] is [{ } id] && Guid.TryParseExact(id, "D", out _))
        {
            http.Response.Headers[Header] = id;
        }

        return default;
    }
}
