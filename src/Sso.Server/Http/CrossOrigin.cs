using Sso.Server.ClientAuthentication;

namespace Sso.Server.Http;

/// <summary>
/// CORS: token, userinfo and revocation answer the registered origins of public clients, never with
/// credentials; pages and authorize answer none.
/// </summary>
public sealed class CrossOrigin(RequestDelegate next, ClientDirectory clients)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (http.Request.Path.Value is not ("/connect/token" or "/connect/userinfo" or "/connect/revoke"))
        {
            await next(http);
            return;
        }

        http.Response.Headers.Vary = "Origin";
        var origin = http.Request.Headers.Origin.ToString();
        var isRegistered = origin.Length > 0 && clients.IsRegisteredOrigin(origin);
        if (isRegistered)
        {
            http.Response.Headers.AccessControlAllowOrigin = origin;
            http.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
            http.Response.Headers.AccessControlExposeHeaders = "DPoP-Nonce, WWW-Authenticate";
        }

        if (!HttpMethods.IsOptions(http.Request.Method))
        {
            await next(http);
            return;
        }

        if (isRegistered)
        {
            http.Response.Headers.AccessControlAllowMethods = "GET, POST";
            http.Response.Headers.AccessControlAllowHeaders = "authorization, content-type, dpop";
            http.Response.Headers.AccessControlMaxAge = "600";
        }

        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
