using System.Net.Sockets;
using System.Text;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>A server that is asked to stop, as by an update, finishes what people are in the middle of.</summary>
[OneDatabase]
public sealed class StopTests
{
    // Long, and all but its end comes at once: Kestrel ends a body slower than 240 bytes a second, and gives this one a minute.
    private static readonly byte[] Form = Encoding.ASCII.GetBytes(
        "grant_type=client_credentials&client_id=nobody&filler=" + new string('x', 14_400) + "&client_secret=none");

    /// <summary>Longer than the two seconds after which a command is ended that does not react to a signal.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(4);

    [Fact]
    public async Task A_request_that_is_under_way_is_answered_before_the_server_ends_and_the_end_is_no_failure()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals");
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        using var server = new ServerProcess(database);
        await server.StartAsync();
        using var caller = new TcpClient();
        await caller.ConnectAsync(server.Issuer.Host, server.Issuer.Port, TestContext.Current.CancellationToken);
        var stream = caller.GetStream();
        var head = $"POST /connect/token HTTP/1.1\r\nHost: {server.Issuer.Authority}\r\nConnection: close\r\n"
            + $"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {Form.Length}\r\nExpect: 100-continue\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
        // The server reads the form: the request is under way.
        var reader = new StreamReader(stream, Encoding.ASCII);
        Assert.Contains("100 Continue", await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await stream.WriteAsync(Form.AsMemory(..^4), TestContext.Current.CancellationToken);

        var end = server.StopAsync();
        await Task.WhenAny(end, Task.Delay(Slow, TimeProvider.System, TestContext.Current.CancellationToken));
        Assert.False(end.IsCompleted, "The server ended in the middle of a request.");
        await stream.WriteAsync(Form.AsMemory(^4..), TestContext.Current.CancellationToken);
        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Contains("invalid_client", answer, StringComparison.Ordinal);
        Assert.Equal(0, await end);
    }
}
