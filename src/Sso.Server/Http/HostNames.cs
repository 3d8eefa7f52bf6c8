namespace Sso.Server.Http;

internal static class HostNames
{
    /// <summary>The host as the request writes it, and our registrations: the framework shows xn--… in its own letters.</summary>
    public static HostString Asked(HttpContext http) => new(http.Request.Headers.Host.ToString());
}
