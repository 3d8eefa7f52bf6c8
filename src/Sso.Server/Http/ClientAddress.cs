using System.Net;
using System.Net.Sockets;

namespace Sso.Server.Http;

/// <summary>The address a request came from, as shown to people and as counted: limits apply per IPv4 address and per IPv6 /64.</summary>
internal static class ClientAddress
{
    public static string? Shown(HttpContext http) => Plain(http)?.ToString();

    private static readonly object Lent = new();

    /// <summary>For a request that this server makes itself, on behalf of a visitor.</summary>
    public static void Lend(HttpContext from, HttpContext to)
    {
        to.Connection.RemoteIpAddress = from.Connection.RemoteIpAddress;
        to.Items[Lent] = Lent;
    }

    /// <summary>For a request of the doctor, which is none of an application at its address.</summary>
    public static void Disown(HttpContext http) => http.Items[Lent] = Lent;

    /// <summary>As it is counted, where it is that of whoever asks; null if it is lent or unknown.</summary>
    public static string? Own(HttpContext http) =>
        Plain(http) is { } address && !http.Items.ContainsKey(Lent) ? CountedOf(address) : null;

    public static string Counted(HttpContext http) => Plain(http) is { } address ? CountedOf(address) : "unknown";

    public static string CountedOf(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return address.ToString();
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes) + "/64";
    }

    private static IPAddress? Plain(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address ? address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address : null;
}
