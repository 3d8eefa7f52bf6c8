using Microsoft.AspNetCore.Diagnostics;

namespace Sso.Server.Pipeline;

/// <summary>An address that leads nowhere is answered with the error page, in one language and with everything that pages have.</summary>
internal sealed class NotFoundPage(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext http)
    {
        await next(http);
        var (request, response) = (http.Request, http.Response);
        if (response.StatusCode != StatusCodes.Status404NotFound || response.HasStarted || response.ContentType is not null
            || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsPost(request.Method)))
        {
            return;
        }

        http.Features.Set<IStatusCodeReExecuteFeature>(new StatusCodeReExecuteFeature
        {
            OriginalPath = request.Path,
            OriginalPathBase = request.PathBase,
            OriginalQueryString = request.QueryString.Value,
        });
        http.SetEndpoint(endpoint: null);
        http.Request.RouteValues.Clear();
        (request.Path, request.QueryString) = ("/error", QueryString.Empty);
        await next(http);
    }
}
