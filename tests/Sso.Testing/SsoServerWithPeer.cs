using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Testing;

/// <summary>A server, and a peer that it may call: the fixture of everything that fetches or notifies.</summary>
public class SsoServerWithPeer : IAsyncLifetime
{
    public SsoServer Server { get; } = new();

    public Peer Peer { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Peer = await Peer.StartAsync();
        Server.Settings.Add($"--Outgoing:AllowedHosts:0={Peer.HostAndPort}");
        await Server.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Server.DisposeAsync();
        await Peer.DisposeAsync();
    }
}
