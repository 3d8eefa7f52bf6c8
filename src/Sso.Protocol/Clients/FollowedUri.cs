namespace Sso.Protocol.Clients;

/// <summary>Where a browser may be sent at all, whoever wrote the address into the registration (RFC 9700 §4.11, RFC 8252 §7.1).</summary>
public static class FollowedUri
{
    /// <summary>False for <c>javascript:</c>, <c>data:</c> and other schemes of the browser or of nobody; for hidden characters.</summary>
    public static bool IsSafe(string uri) =>
        uri.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0
        && Uri.TryCreate(uri, UriKind.Absolute, out var parsed)
        && uri.StartsWith(parsed.Scheme + ":", StringComparison.OrdinalIgnoreCase)
        && (parsed.Scheme is "https" or "http" || parsed.Scheme.Contains('.', StringComparison.Ordinal));

    /// <summary>The same, for what is shown in a browser and is not an installed application.</summary>
    public static bool IsSafePage(string uri) => IsSafe(uri) && new Uri(uri).Scheme is "https" or "http";
}
