namespace Sso.Server.Http;

internal static class HostNames
{
    /// <summary>
    /// The host that was asked for, as the request writes it. The framework shows an internationalised name in its own letters, with which
    /// none of our registrations is compared.
    /// </summary>
    public static HostString Asked(HttpContext http) => new(http.Request.Headers.Host.ToString());
}
