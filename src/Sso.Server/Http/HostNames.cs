namespace Sso.Server.Http;

/// <summary>
/// Host names as requests write them: in ASCII, with internationalised ones as xn--… (RFC 5890 §2.3.2.1) and IPv6 addresses in brackets.
/// </summary>
internal static class HostNames
{
    /// <summary>
    /// The framework shows an internationalised name in its own letters, with which none of our registrations is compared.
    /// </summary>
    public static HostString Asked(HttpContext http) => new(http.Request.Headers.Host.ToString());

    /// <summary>A name without such a form stays as it is; no request asks for it.</summary>
    public static string Ascii(string name)
    {
        var host = IdnHost(name);
        return host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[') ? $"[{host}]" : host;
    }

    private static string IdnHost(string name)
    {
        try
        {
            return new UriBuilder("https", name).Uri.IdnHost;
        }
        catch (UriFormatException)
        {
            return name;
        }
    }
}
