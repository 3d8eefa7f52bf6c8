using Sso.Protocol.Discovery;
using Sso.Server.Http;

namespace Sso.Server.Discovery;

/// <summary>Finds the issuer from what a person types (RFC 7033 §4, OIDC Discovery §2), for any origin, and alike for every name.</summary>
internal static class WebFingerEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/.well-known/webfinger", Handle);

    private static IResult Handle(HttpContext http, SsoOptions options)
    {
        // RFC 7033 §4.2: no resource, or more than one, is a bad request; one that is not ours is not found.
        return http.Request.Query["resource"] is not [{ Length: > 0 } resource]
            ? new OAuthErrorResult(OAuthError.ResourceOnce)
            : WebFinger.IsOurs(resource, options.IssuerUri)
                ? TypedResults.Bytes(
                    WebFinger.Describe(resource, options.Issuer, [.. http.Request.Query["rel"].OfType<string>()]), "application/jrd+json")
                : TypedResults.NotFound();
    }
}
