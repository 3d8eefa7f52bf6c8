using Microsoft.AspNetCore.Http.HttpResults;

namespace Sso.Server.Keys;

/// <summary>The key set (RFC 7517 §5), public for any origin.</summary>
internal static class KeySetEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/.well-known/jwks", Handle);

    private static FileContentHttpResult Handle(HttpContext http, SigningKeyRing keys)
    {
        // Far below the 14 days of announcement, so that nobody meets a key that is not in the cached set.
        http.Response.Headers.CacheControl = "public, max-age=3600";
        return TypedResults.Bytes(keys.KeySet, "application/json");
    }
}
