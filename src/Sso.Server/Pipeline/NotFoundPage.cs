using Microsoft.AspNetCore.Diagnostics;
using Sso.Server.Authorization;
using Sso.Server.Http;
using Sso.Server.Pages.Console;

namespace Sso.Server.Pipeline;

/// <summary>
/// An address that leads nowhere, or a page of the console that is not for this person, is answered with a page that says so, in one
/// language and with everything that pages have.
/// </summary>
internal sealed class NotFoundPage(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext http)
    {
        await next(http);
        var (request, response) = (http.Request, http.Response);
        if (response is { StatusCode: StatusCodes.Status404NotFound, HasStarted: false, ContentType: null }
            && ApiError.IsAnsweredAt(request.Path))
        {
            await new ApiError(StatusCodes.Status404NotFound, "There is nothing at this address.").ExecuteAsync(http);
            return;
        }

        var answer = response.StatusCode switch
        {
            StatusCodes.Status404NotFound => "/error",
            StatusCodes.Status403Forbidden when request.Path.StartsWithSegments(ConsoleArea.Home) => NoAccess.Path,
            _ => null,
        };
        if (answer is null || response.HasStarted || response.ContentType is not null
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
        (request.Path, request.QueryString) = (answer, QueryString.Empty);
        await next(http);
    }
}
