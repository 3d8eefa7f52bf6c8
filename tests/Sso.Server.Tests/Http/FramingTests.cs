using System.Net.Sockets;
using System.Text;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Http;

/// <summary>
/// Bytes that a proxy and we could cut into requests differently (RFC 9112 §6.3, §11.2): refused, and the connection with them.
/// </summary>
[Spec("A35")]
[OneDatabase]
public sealed class FramingTests(FramingTests.Node node) : IClassFixture<FramingTests.Node>
{
    private const string Smuggled = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";

    public static TheoryData<string, string> Ambiguous => new()
    {
        { "both lengths", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
        { "both lengths, the other way round", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" },
        { "two lengths", "Content-Length: 0\r\nContent-Length: 48\r\n\r\n" },
        { "a list of lengths", "Content-Length: 0, 48\r\n\r\n" },
        { "an unknown coding", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" },
        { "chunked, but not last", "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" },
        { "a coding twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" },
        { "a bare line feed after the size of a chunk", "Transfer-Encoding: chunked\r\n\r\n1\nx\r\n0\r\n\r\n" },
        { "a bare line feed in a chunk extension", "Transfer-Encoding: chunked\r\n\r\n1;a\nb\r\nx\r\n0\r\n\r\n" },
        { "a carriage return in a chunk extension", "Transfer-Encoding: chunked\r\n\r\n1;a\rb\r\nx\r\n0\r\n\r\n" },
        { "a folded header", "X-Folded: a\r\n b: c\r\nContent-Length: 0\r\n\r\n" },
        { "a blank before the colon", "Content-Length : 0\r\n\r\n" },
        { "a blank before the name", " Content-Length: 0\r\n\r\n" },
        { "a bare carriage return in a header", "X-Bare: a\rContent-Length: 48\r\nContent-Length: 0\r\n\r\n" },
        { "a nul in a header", "X-Nul: a\0b\r\nContent-Length: 0\r\n\r\n" },
    };

    [Theory]
    [MemberData(nameof(Ambiguous))]
    public async Task Ambiguous_framing_is_refused_and_nothing_behind_it_is_served(string what, string headersAndBody)
    {
        var answer = await node.SendAsync(
            $"POST /connect/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                + $"application/x-www-form-urlencoded\r\n{headersAndBody}{Smuggled}");
        Assert.True(answer.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal), $"{what}: {answer}");
        Assert.DoesNotContain("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.Single(answer.Split("HTTP/1.1 ", StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_plain_chunked_body_is_read_and_the_next_request_served()
    {
        var answer = await node.SendAsync(
            "POST /connect/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
            + "application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "d\r\ngrant_type=xx\r\n0\r\n\r\n"
            + Smuggled.Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal));
        Assert.StartsWith("HTTP/1.1 401 ", answer, StringComparison.Ordinal);
        Assert.Contains("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
    }

    /// <summary>A real server, because the test server has no bytes.</summary>
    public sealed class Node : IAsyncLifetime
    {
        private TestDatabase? _database;
        private ServerProcess? _process;

        public async ValueTask InitializeAsync()
        {
            _database = await TestDatabase.CreateAsync();
            _process = new ServerProcess(_database);
            await _process.StartAsync();
        }

        public async ValueTask DisposeAsync()
        {
            _process!.Dispose();
            await _database!.DisposeAsync();
        }

        /// <summary>Everything that comes back until the server closes.</summary>
        public async Task<string> SendAsync(string bytes)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(_process!.Issuer.Host, _process.Issuer.Port);
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.Latin1.GetBytes(bytes));
            using var answer = new MemoryStream();
            using var limit = new CancellationTokenSource(Patience.Limit);
            try
            {
                await stream.CopyToAsync(answer, limit.Token);
            }
            catch (OperationCanceledException)
            {
                return Encoding.Latin1.GetString(answer.ToArray()) + " (and the connection stays open)";
            }
            catch (IOException)
            {
                // Closed with what we had sent still unread.
            }

            return Encoding.Latin1.GetString(answer.ToArray());
        }
    }
}
