using Microsoft.AspNetCore.Http.HttpResults;
using Sso.Data.Keys;

namespace Sso.Server.Keys;

/// <summary>The key set (RFC 7517 §5), public for any origin.</summary>
internal static class KeySetEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/.well-known/jwks", Handle);

    private static FileContentHttpResult Handle(HttpContext http, SigningKeyRing keys)
    {
        // No key signs before it was published for so long, so that nobody meets one that is not in the cached set.
        http.Response.Headers.CacheControl = $"public, max-age={KeySchedule.CacheAge.TotalSeconds:0}";
        return TypedResults.Bytes(keys.KeySet, "application/json");
    }
}
