using System.Net;
using System.Net.Sockets;

namespace Sso.Admin.Outgoing;

/// <summary>The resolver of the system, as a <see cref="NameLookup"/>.</summary>
internal static class SystemResolver
{
    /// <summary>In characters; the DNS carries no longer name (RFC 1035 §2.3.4).</summary>
    private const int Longest = 253;

    /// <summary>A registration may hold a longer name, which nobody has and which the platform takes for an error of its caller.</summary>
    public static Task<IPAddress[]> LookUpAsync(string host, CancellationToken cancellation) => host.Length <= Longest
        ? Dns.GetHostAddressesAsync(host, cancellation)
        : Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound));
}
