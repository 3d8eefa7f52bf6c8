using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Sso.Demo;

/// <summary>Ports of this machine.</summary>
internal static class Ports
{
    /// <summary>
    /// Where 0 starts looking: below the range from which the system gives ports to connections and to programs that take any, because a
    /// port in that range is often taken before the program meant for it listens.
    /// </summary>
    private const int First = 20_000;
    private const int AfterLast = 30_000;
    private const int Tries = 100;

    /// <summary>The port itself, or a free one for 0; null if another program listens there, or it is the other one.</summary>
    public static int? Take(int wanted, int other = 0) => wanted == 0
        ? Enumerable.Range(0, Tries).Select(_ => Take(RandomNumberGenerator.GetInt32(First, AfterLast), other))
            .FirstOrDefault(port => port is not null)
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
