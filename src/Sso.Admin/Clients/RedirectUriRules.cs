using System.Buffers;
using System.Net;
using System.Text.RegularExpressions;
using Sso.Protocol.Clients;
using Sso.Protocol.Outgoing;

namespace Sso.Admin.Clients;

/// <summary>Where a browser may be sent with a code or after sign-out (RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §2.1).</summary>
public static partial class RedirectUriRules
{
    public const int Longest = 2000;

    /// <summary>In one list of an application.</summary>
    public const int Most = 20;

    /// <summary>RFC 3986 §2, without the asterisk: what a URI can be written with.</summary>
    private static readonly SearchValues<char> Legal =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()+,;=%");

    /// <summary>Null if the URI may be registered for a client of this type.</summary>
    public static AddressFlaw? FindFlaw(string uri, ClientType type)
    {
        if (FindFlawOfWriting(uri) is { } flaw)
        {
            return flaw;
        }

        if (!Uri.TryCreate(uri, UriKind.Absolute, out var parsed)
            || !uri.StartsWith(parsed.Scheme + ":", StringComparison.OrdinalIgnoreCase))
        {
            return new(AddressFault.Relative, $"'{uri}' is not an absolute URI.", "Begin with https:// and the host name.");
        }

        return parsed.Scheme switch
        {
            "http" or "https" when !IsHierarchical(uri) => new(
                AddressFault.NoHost, $"'{uri}' names no host.",
                "Write two slashes and the host after the scheme: https://app.example/callback."),
            "http" or "https" when FindHostFlaw(uri, parsed) is { } hidden => hidden,
            "https" => null,
            "http" when IsLoopback(parsed) => null,
            "http" => new(
                AddressFault.Plain, $"'{uri}' uses http, which anyone on the way can read.",
                "Use https; http is allowed only for localhost, 127.0.0.1 and [::1]."),
            var scheme when !scheme.Contains('.', StringComparison.Ordinal) => new(
                AddressFault.Scheme, $"'{uri}' has the scheme {scheme}, which belongs to nobody or to the browser itself.",
                "Use https, or for an installed application a scheme made of your domain in reverse: com.example.app:/callback."),
            _ when type != ClientType.Native => new(
                AddressFault.PrivateScheme, $"'{uri}' has a private scheme, and only an installed application can own one.",
                "Use https, or the type native."),
            _ => null,
        };
    }

    /// <summary>
    /// OIDC Dynamic Registration §2: if ID tokens come through the browser, an application that is not installed must use https, and never
    /// localhost. Null if it does.
    /// </summary>
    public static Flaw? FindImplicitFlaw(string uri, ClientType type) =>
        type != ClientType.Native && Uri.TryCreate(uri, UriKind.Absolute, out var parsed)
            && (parsed.Scheme != "https" || parsed.Host == "localhost")
            ? new($"'{uri}' is no address to which an ID token may come through the browser (OIDC Dynamic Registration §2).",
                "Use https and another name than localhost, or the response type code alone.")
            : null;

    /// <summary>What is allowed, yet often a mistake.</summary>
    public static IEnumerable<RegistrationDoubt> Doubts(IReadOnlyCollection<string> uris) =>
        uris.SelectMany(uri => Doubts(uri, uris).Select(doubt => new RegistrationDoubt(doubt.Kind, uri, $"{uri}: {doubt.What}")));

    private static IEnumerable<(DoubtKind Kind, string What)> Doubts(string uri, IReadOnlyCollection<string> uris)
    {
        // A row may hold what no rule would let in today.
        if (!Uri.TryCreate(uri, UriKind.Absolute, out var parsed))
        {
            yield break;
        }

        var authority = HostSpelling.AuthorityOf(uri) ?? "";
        if (parsed.Scheme == "http" && parsed.Host == "localhost")
        {
            yield return (
                DoubtKind.Localhost,
                "prefer the literal 127.0.0.1, because localhost can resolve to something else (RFC 8252 §8.3).");
        }

        if (!IsLoopback(parsed) && IPAddress.TryParse(parsed.IdnHost, out var address) && !PublicAddress.IsPublic(address))
        {
            yield return (
                DoubtKind.PrivateAddress,
                "is an address of a private network, which each visitor's browser looks for in its own.");
        }

        if (authority.Any(char.IsAsciiLetterUpper))
        {
            yield return (
                DoubtKind.Capitals,
                "the host has capitals; addresses are compared letter by letter, and most applications send small ones.");
        }

        if ((parsed.Scheme == "https" && authority.EndsWith(":443", StringComparison.Ordinal))
            || (parsed.Scheme == "http" && authority.EndsWith(":80", StringComparison.Ordinal)))
        {
            yield return (DoubtKind.UsualPort, "the usual port is written out; an application that leaves it out will not match.");
        }

        if (uri.Contains('?', StringComparison.Ordinal))
        {
            yield return (DoubtKind.Query, "has a query, which must be sent exactly like this every time.");
        }

        if (!uri.EndsWith('/') && uris.Contains(uri + "/"))
        {
            yield return (
                DoubtKind.SlashTwin, "is registered with and without a slash at its end; one of the two is probably not in use.");
        }

        if (parsed.Scheme == "http" && uris.Any(other => other.StartsWith("https:", StringComparison.OrdinalIgnoreCase)))
        {
            yield return (
                DoubtKind.MixedSchemes,
                "uses http beside addresses with https: whatever runs on a visitor's own machine can take its codes. "
                    + "Register what is under development as a client of its own.");
        }
    }

    internal static bool IsLoopback(Uri uri) => uri.Host is "localhost" or "127.0.0.1" or "[::1]";

    /// <summary>What is wrong with the host of an http or https address; null if it is written as people write it.</summary>
    internal static AddressFlaw? FindHostFlaw(string uri, Uri parsed) => parsed switch
    {
        _ when parsed.Host.EndsWith('.') => new(
            AddressFault.HostDot, $"'{uri}' has a dot at the end of its host.", "Leave out that dot."),
        _ when HostSpelling.HidesAnAddress(parsed) => new(
            AddressFault.HiddenHost, $"'{uri}' names every address of a machine, or writes an IPv4 address as IPv6.",
            "Write the one address that is meant, such as 127.0.0.1 or [::1]."),
        _ when !HostSpelling.IsUsual(parsed, HostSpelling.AuthorityOf(uri) ?? "") => new(
            AddressFault.HostSpelling, $"'{uri}' writes its host in an unusual way, which hides where it leads.",
            $"Write {HostSpelling.OriginOf(parsed)}",
            HostSpelling.OriginOf(parsed)),
        _ => null,
    };

    private static AddressFlaw? FindFlawOfWriting(string uri)
    {
        if (string.IsNullOrWhiteSpace(uri))
        {
            return new(AddressFault.Empty, "A URI is empty.", "Give the whole address, such as https://app.example/callback.");
        }

        if (uri.Length > Longest)
        {
            return new(
                AddressFault.TooLong, $"'{uri[..60]}…' is longer than {Longest} characters.",
                "Keep what varies in the state parameter and not in the address.");
        }

        if (uri.Contains('*', StringComparison.Ordinal))
        {
            return new(
                AddressFault.Wildcard, $"'{uri}' has a wildcard, which would send codes to addresses that nobody checked.",
                "Register each address on its own.");
        }

        if (uri.AsSpan().IndexOfAnyExcept(Legal) is >= 0 and var index)
        {
            return new(
                AddressFault.Character, $"'{uri}' holds a character that a URI cannot have, at position {index + 1}.",
                $"Encode it as %XX, or write the host in its ASCII form{(AsciiHost(uri) is { } host ? $" ({host})" : "")}.",
                AsciiHost(uri));
        }

        if (uri.Contains('#', StringComparison.Ordinal))
        {
            return new(AddressFault.Fragment, $"'{uri}' has a fragment (RFC 6749 §3.1.2).", "Leave out the # and what follows.");
        }

        if (HiddenCharacter().IsMatch(uri))
        {
            return new(
                AddressFault.Hidden, $"'{uri}' hides a control character or a backslash behind a %, or has a % that encodes nothing.",
                "Leave it out; a percent sign itself is written %25.");
        }

        if (SecondAddress().IsMatch(uri) || uri.Split('?')[0].Split("://").Length > 2)
        {
            return new(AddressFault.Two, $"'{uri}' looks like two addresses in one.", "Give each address on its own.");
        }

        if (uri.Contains("..", StringComparison.Ordinal) || uri.Contains("%2e", StringComparison.OrdinalIgnoreCase))
        {
            return new(AddressFault.Path, $"'{uri}' has a path that climbs with .. or hides a dot.", "Write the address that it leads to.");
        }

        return HostSpelling.AuthorityOf(uri)?.Contains('@', StringComparison.Ordinal) == true
            ? new(
                AddressFault.UserName, $"'{uri}' holds a user name before the host.", "Leave out what stands before the @.")
            : null;
    }

    [GeneratedRegex("%(?:[01][0-9A-Fa-f]|7[Ff]|5[Cc]|(?![0-9A-Fa-f]{2}))")]
    private static partial Regex HiddenCharacter();

    [GeneratedRegex("[,;][A-Za-z][A-Za-z0-9+.-]*:/")]
    private static partial Regex SecondAddress();

    private static bool IsHierarchical(string uri) => !string.IsNullOrEmpty(HostSpelling.AuthorityOf(uri));

    /// <summary>RFC 5891; null if the host is written so already, or there is none.</summary>
    private static string? AsciiHost(string uri) =>
        Uri.TryCreate(uri, UriKind.Absolute, out var parsed) && parsed.IdnHost.Length > 0 && parsed.IdnHost != parsed.Host
            ? parsed.IdnHost
            : null;
}
