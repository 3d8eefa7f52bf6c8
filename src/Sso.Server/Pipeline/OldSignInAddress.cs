using Sso.Server.Authorization;

namespace Sso.Server.Pipeline;

/// <summary>
/// Relying parties of the older system send their authorization requests to /signin: they are answered there as at the endpoint.
/// </summary>
internal sealed class OldSignInAddress(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext http)
    {
        if (http.Request.Path == "/signin" && IsReading(http.Request.Method) && http.Request.Query.ContainsKey("client_id"))
        {
            http.Request.Path = ReceiveRequest.Path;
        }

        return next(http);
    }

    private static bool IsReading(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);
}
