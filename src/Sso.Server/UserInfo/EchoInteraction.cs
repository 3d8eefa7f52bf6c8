using static OpenIddict.Server.OpenIddictServerEvents;
using Sso.Extensions.Host;

namespace Sso.Server.UserInfo;

/// <summary>FAPI 1.0 Baseline §6.2.1: a resource sends back the id with which a client finds the request again, if it is a UUID.</summary>
internal static class EchoInteraction
{
    private const string Header = "x-fapi-interaction-id";

    public static void Handle(ExtractUserInfoRequestContext context)
    {
        var http = context.Http;
        if (http.Request.Headers[Header] is [{ } id] && Guid.TryParseExact(id, "D", out _))
        {
            http.Response.Headers[Header] = id;
        }
    }
}
