using System.Net;
using System.Net.Sockets;

namespace Sso.Demo;

/// <summary>Ports of this machine.</summary>
internal static class Ports
{
    /// <summary>The port itself, or a free one for 0; null when another program listens there.</summary>
    public static int? Take(int wanted)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, wanted);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            if (!Socket.OSSupportsIPv6)
            {
                return port;
            }

            // A server on localhost listens on both addresses.
            using var second = new TcpListener(IPAddress.IPv6Loopback, port);
            second.Start();
            return port;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return null;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            // No IPv6 loopback address here.
            return wanted;
        }
    }
}
