using System.Net;
using System.Net.Sockets;

namespace Sso.Testing.Fakes;

/// <summary>
/// Takes connections on a free port of loopback until it is disposed. Accepting ends by cancellation and only then is the port given
/// back: a listener that is stopped between two connections refuses the next call of accept with an exception that says nothing of an end.
/// </summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<TcpClient, Task> _serve;
    private readonly Task _accepting;

    /// <param name="serve">Talks on one connection, which is closed afterwards; what it throws ends that connection only.</param>
    public LoopbackServer(Func<TcpClient, Task> serve)
    {
        _serve = serve;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            await _serve(client);
        }
    }
}
