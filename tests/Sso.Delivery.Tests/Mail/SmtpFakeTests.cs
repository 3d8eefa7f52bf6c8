using System.Net;
using System.Net.Sockets;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Delivery.Tests.Mail;

public sealed class SmtpFakeTests
{
    [Fact]
    public async Task A_relay_stops_quietly_in_the_moment_in_which_somebody_connects()
    {
        for (var round = 0; round < 300; round++)
        {
            await using var relay = new SmtpFake();
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, relay.Port, TestContext.Current.CancellationToken);
        }
    }
}
