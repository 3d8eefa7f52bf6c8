using System.Net;
using System.Net.Sockets;

namespace Sso.Protocol.Outgoing;

/// <summary>The public internet (IANA special-purpose registries, RFC 6890); all else is somebody's internal network.</summary>
public static class PublicAddress
{
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
            // A cloud's internal server at a public address.
            "168.63.129.16/32",
            // Within the one public range of IPv6: protocol assignments with Teredo, documentation, 6to4.
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(text => IPNetwork.Parse(text)),
    ];

    /// <summary>RFC 4291 §2.4: what IANA assigns, without IPv4-mapped, NAT64, unique-local, link-local and multicast addresses.</summary>
    private static readonly IPNetwork GivenOut = IPNetwork.Parse("2000::/3");

    public static bool IsPublic(IPAddress address) =>
        (address.AddressFamily == AddressFamily.InterNetwork || GivenOut.Contains(address))
            && !NotPublic.Any(network => network.Contains(address));
}
