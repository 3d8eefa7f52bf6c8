using Microsoft.AspNetCore.Mvc;

namespace Sso.Server.Http;

/// <summary>303, so that the request that follows a form is a GET and no body is sent on (RFC 9700 §4.12).</summary>
internal sealed partial class SeeOther(string location) : IResult, IActionResult
{
    private const string ErrorPage = "/error?about=";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location =
            location.StartsWith(ErrorPage, StringComparison.Ordinal) ? ExplainedAt(httpContext) : location;
        return Task.CompletedTask;
    }

    public Task ExecuteResultAsync(ActionContext context) => ExecuteAsync(context.HttpContext);

    /// <summary>Whatever leads to the page of an error passes here, so that none is without its code and a line in the log.</summary>
    private string ExplainedAt(HttpContext http)
    {
        var about = location[ErrorPage.Length..].Split('&')[0];
        var (log, code) = (http.RequestServices.GetRequiredService<ILogger<SeeOther>>(), SupportCode.Of(http));
        VisitorStopped(log, about, code);
        return SupportCode.CarriedTo(location, http);
    }

    [LoggerMessage(
        EventId = 1204, Level = LogLevel.Information,
        Message = "A visitor was led to the page of an error: {About}. The code for support is {Code}")]
    private static partial void VisitorStopped(ILogger log, string about, string code);
}
