using System.Net;
using System.Net.Sockets;

namespace Sso.Protocol.Clients;

/// <summary>
/// How an address writes its host. The parser understands more spellings than people write (octal, hexadecimal, one number, fewer parts,
/// percent signs, a dot at the end, IPv4 within IPv6): whoever uses one is hiding where it leads.
/// </summary>
public static class HostSpelling
{
    public static bool IsUsual(Uri uri, string authority) =>
        !uri.Host.EndsWith('.')
        && (authority.Equals(uri.Host, StringComparison.OrdinalIgnoreCase)
            || authority.Equals($"{uri.Host}:{uri.Port}", StringComparison.OrdinalIgnoreCase));

    /// <summary>0.0.0.0, [::] and the like, which lead to the machine itself; an IPv4 address disguised as IPv6.</summary>
    public static bool HidesAnAddress(Uri uri) => IPAddress.TryParse(uri.Host, out var address)
        && (address.AddressFamily == AddressFamily.InterNetwork
            ? address.GetAddressBytes()[0] == 0
            : address.IsIPv4MappedToIPv6
                || (!IPAddress.IsLoopback(address) && address.GetAddressBytes().AsSpan(0, 12).IndexOfAnyExcept((byte)0) < 0));

    /// <summary>The origin of an http or https address, as browsers write it (RFC 6454 §6.2).</summary>
    public static string OriginOf(Uri uri)
    {
        var host = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
        return uri.IsDefaultPort ? $"{uri.Scheme}://{host}" : $"{uri.Scheme}://{host}:{uri.Port}";
    }

    /// <summary>As requests write it: in ASCII (xn--…, RFC 5890 §2.3.2.1), IPv6 in brackets; as it is if it has no such form.</summary>
    public static string AsRequested(string name)
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

    /// <summary>The text between the two slashes and the path; null if the address has none.</summary>
    public static string? AuthorityOf(string address)
    {
        var start = address.IndexOf("://", StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }

        var rest = address.AsSpan(start + 3);
        var end = rest.IndexOfAny("/?#");
        return (end < 0 ? rest : rest[..end]).ToString();
    }
}
