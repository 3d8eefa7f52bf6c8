using Sso.Protocol.Clients;

namespace Sso.Admin.Clients;

/// <summary>
/// Which pages may call Sso from a browser: scheme, host and port as the browser writes them in the Origin header (RFC 6454 §6.2).
/// </summary>
public static class OriginRules
{
    public static Flaw? FindFlaw(string origin)
    {
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https") || parsed.Host.Length == 0)
        {
            return new($"'{origin}' is not an origin.", "Give scheme and host, such as https://app.example.");
        }

        if (origin.Contains('*', StringComparison.Ordinal))
        {
            return new($"'{origin}' has a wildcard.", "Give each origin on its own.");
        }

        if (parsed.Scheme == "http" && !RedirectUriRules.IsLoopback(parsed))
        {
            return new(
                $"'{origin}' uses http, which anyone on the way can change.",
                "Use https; http is allowed only for localhost, 127.0.0.1 and [::1].");
        }

        if (RedirectUriRules.FindHostFlaw(origin, parsed) is { } hidden)
        {
            return hidden;
        }

        return origin == HostSpelling.OriginOf(parsed)
            ? null
            : new(
                $"'{origin}' is not written as a browser writes its origin: scheme, host and port, without path or slash.",
                $"Write {HostSpelling.OriginOf(parsed)}");
    }
}
