using Microsoft.AspNetCore.Mvc;

namespace Sso.Server.Http;

/// <summary>303, so that the request that follows a form is a GET and no body is sent on (RFC 9700 §4.12).</summary>
internal sealed class SeeOther(string location) : IResult, IActionResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = location;
        return Task.CompletedTask;
    }

    public Task ExecuteResultAsync(ActionContext context) => ExecuteAsync(context.HttpContext);
}
