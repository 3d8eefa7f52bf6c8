using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Sso.Testing;

/// <summary>
/// Ports for programs that start later. They lie below the range from which the system serves whoever connects or takes any port: there,
/// one that was free is often gone before its program listens.
/// </summary>
public static class FreePorts
{
    private const int First = 10_000;
    private const int AfterLast = 20_000;

    private static readonly ConcurrentDictionary<int, bool> Taken = [];

    /// <summary>None twice in this process.</summary>
    public static int Take()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(First, AfterLast);
            if (Taken.TryAdd(port, true) && IsFree(port))
            {
                return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
