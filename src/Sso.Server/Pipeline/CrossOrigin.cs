using Sso.Server.Clients;

namespace Sso.Server.Pipeline;

/// <summary>
/// CORS, never with credentials: metadata and keys answer every origin; token, userinfo and revocation the registered ones of public
/// clients; pages and authorize answer none.
/// </summary>
internal sealed class CrossOrigin(RequestDelegate next, ClientDirectory clients)
{
    /// <summary>
    /// Instrumented clients send them with every request (Trace Context, Baggage), so browsers send a preflight even for metadata.
    /// </summary>
    private const string Traces = "traceparent, tracestate, baggage";

    public Task InvokeAsync(HttpContext http) => http.Request.Path.Value switch
    {
        "/connect/token" or "/connect/userinfo" or "/connect/revoke" => AnswerClientsAsync(http),
        "/.well-known/openid-configuration" or "/.well-known/oauth-authorization-server" or "/.well-known/jwks"
            or "/.well-known/webfinger" => AnswerAllAsync(http),
        _ => next(http),
    };

    private Task AnswerClientsAsync(HttpContext http)
    {
        http.Response.Headers.Vary = "Origin";
        var origin = http.Request.Headers.Origin.ToString();
        var isRegistered = origin.Length > 0 && clients.IsRegisteredOrigin(origin);
        if (isRegistered)
        {
            Allow(http, origin);
            http.Response.Headers.AccessControlExposeHeaders = "DPoP-Nonce, WWW-Authenticate, X-FAPI-Interaction-ID";
        }

        return !IsPreflight(http) ? next(http)
            : isRegistered ? Preflight(http, "GET, POST", $"authorization, content-type, dpop, x-fapi-interaction-id, {Traces}")
            : Preflight(http);
    }

    private Task AnswerAllAsync(HttpContext http)
    {
        Allow(http, "*");
        return IsPreflight(http) ? Preflight(http, "GET", Traces) : next(http);
    }

    private static void Allow(HttpContext http, string origin)
    {
        http.Response.Headers.AccessControlAllowOrigin = origin;
        http.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
    }

    /// <summary>Any other OPTIONS request is a method that the route does not take.</summary>
    private static bool IsPreflight(HttpContext http) =>
        HttpMethods.IsOptions(http.Request.Method) && http.Request.Headers.Origin.Count > 0;

    private static Task Preflight(HttpContext http, string? methods = null, string? headers = null)
    {
        if (methods is not null)
        {
            http.Response.Headers.AccessControlAllowMethods = methods;
            http.Response.Headers.AccessControlAllowHeaders = headers;
            http.Response.Headers.AccessControlMaxAge = "600";
        }

        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
