using Microsoft.AspNetCore.Http.HttpResults;
using Sso.Admin.Brands;

namespace Sso.Server.Brands;

/// <summary>The style sheet and the logo of a brand, from our own origin.</summary>
internal static class BrandEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/brand/{id}.{hash}.{format}", Answer);

    private static Results<FileContentHttpResult, NotFound> Answer(
        string id, string hash, string format, HttpContext http, BrandDirectory brands)
    {
        if (brands.Find(id) is not { } brand
            || (format == "css" ? brand.Stylesheet : brand.Logo) is not { } asset || asset.Format != format)
        {
            return TypedResults.NotFound();
        }

        // A page of a node that knows the change a second earlier or later still gets colours; they are not kept under the wrong address.
        http.Response.Headers.CacheControl = hash == asset.Hash ? "public, max-age=31536000, immutable" : "no-store";
        return TypedResults.Bytes(asset.Content, asset.ContentType);
    }
}
