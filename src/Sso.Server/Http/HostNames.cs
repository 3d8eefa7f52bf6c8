namespace Sso.Server.Http;

/// <summary>
/// Host names as requests write them: in ASCII, an internationalised one as xn--… (RFC 5890 §2.3.2.1), an IPv6 address in brackets.
/// </summary>
internal static class HostNames
{
    /// <summary>The framework shows an internationalised name in its own letters, which no registration of ours is compared with.</summary>
    public static HostString Asked(HttpContext http) => new(http.Request.Headers.Host.ToString());

    /// <summary>A name that has no such form stays as it is, and no request asks for it.</summary>
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
