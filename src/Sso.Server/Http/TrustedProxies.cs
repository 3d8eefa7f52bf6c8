using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Sso.Server.Http;

/// <summary>The reverse proxies whose headers count, by address or by network (RFC 4632 §3.1).</summary>
internal sealed class TrustedProxies(SsoOptions sso)
{
    private readonly List<IPNetwork> _networks = [.. sso.TrustedProxies.Select(Parse).OfType<IPNetwork>()];

    public bool Contains(IPAddress peer) =>
        _networks.Exists(network => network.Contains(peer) || (peer.IsIPv4MappedToIPv6 && network.Contains(peer.MapToIPv4())));

    /// <summary>Through as many of them as there are in a row: the visitor is the first, from our end, who is none of them.</summary>
    public void Configure(ForwardedHeadersOptions options)
    {
        options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        options.ForwardLimit = null;
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        _networks.ForEach(options.KnownIPNetworks.Add);
    }

    /// <summary>Null for what is neither an address nor a network that is named by its first address.</summary>
    internal static IPNetwork? Parse(string entry) =>
        IPAddress.TryParse(entry, out var address) ? Only(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
        : IPNetwork.TryParse(entry, out var network) && network.BaseAddress.Equals(IPAddress.Parse(entry.Split('/')[0])) ? network
        : null;

    private static IPNetwork Only(IPAddress address) => new(address, address.GetAddressBytes().Length * 8);
}
