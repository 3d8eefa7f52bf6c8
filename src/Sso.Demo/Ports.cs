using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Sso.Demo;

/// <summary>Ports of this machine.</summary>
internal static class Ports
{
    /// <summary>
    /// Where 0 looks: below the range from which the system serves whoever connects or takes any port, because a port of that range is often gone
    /// before the program listens that it is for.
    /// </summary>
    private const int First = 20_000;
    private const int AfterLast = 30_000;
    private const int Tries = 100;

    /// <summary>The port itself, or a free one for 0; null when another program listens there, or it is the other one.</summary>
    public static int? Take(int wanted, int other = 0) => wanted == 0
        ? Enumerable.Range(0, Tries).Select(_ => Take(RandomNumberGenerator.GetInt32(First, AfterLast), other)).FirstOrDefault(port => port is not null)
        : wanted != other && IsFree(wanted) ? wanted : null;

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            if (Socket.OSSupportsIPv6)
            {
                // A server on localhost listens on both addresses.
                using var second = new TcpListener(IPAddress.IPv6Loopback, port);
                second.Start();
            }

            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return false;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            // No IPv6 loopback address here.
            return true;
        }
    }
}
