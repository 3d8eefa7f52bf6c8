using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sso.Testing.Fakes;

/// <summary>
/// A relay on loopback (RFC 5321) that keeps what it takes; answers to RCPT and DATA can be set. With a certificate it offers
/// STARTTLS (RFC 3207), or speaks TLS from the first byte (RFC 8314), and takes nothing without.
/// </summary>
public sealed class SmtpFake : IAsyncDisposable
{
    private readonly LoopbackServer _server;

    public SmtpFake() => _server = new LoopbackServer(TalkAsync);

    public int Port => _server.Port;

    public X509Certificate2? Certificate { get; init; }

    public bool TlsFromTheFirstByte { get; init; }

    /// <summary>Name and password that a client must show, as PLAIN writes them (RFC 4616); null takes everybody.</summary>
    public string? Credentials { get; init; }

    /// <summary>The answer to RCPT TO.</summary>
    public string ToRecipient { get; set; } = "250 ok";

    /// <summary>The answer after the final dot.</summary>
    public string ToData { get; set; } = "250 taken";

    public ConcurrentQueue<(string Recipient, string Data)> Taken { get; } = new();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task TalkAsync(TcpClient client)
    {
        await using Stream plain = client.GetStream();
        if (!TlsFromTheFirstByte)
        {
            await TalkAsync(plain, greeted: false, isSafe: Certificate is null);
            return;
        }

        await using var safe = await EncryptAsync(plain);
        await TalkAsync(safe, greeted: false, isSafe: true);
    }

    private async Task<SslStream> EncryptAsync(Stream plain)
    {
        var safe = new SslStream(plain);
        await safe.AuthenticateAsServerAsync(Certificate!);
        return safe;
    }

    private async Task TalkAsync(Stream stream, bool greeted, bool isSafe)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
        await using var writer = new StreamWriter(stream, Encoding.Latin1, leaveOpen: true) { NewLine = "\r\n", AutoFlush = true };
        var recipients = new List<string>();
        var isKnown = Credentials is null;
        if (!greeted)
        {
            await writer.WriteLineAsync("220 fake");
        }

        while (await reader.ReadLineAsync() is { } line)
        {
            switch (line.Split(' ', ':')[0].ToUpperInvariant())
            {
                case "EHLO":
                    await writer.WriteLineAsync("250-fake");
                    await writer.WriteLineAsync(isSafe ? "250-AUTH PLAIN" : "250-STARTTLS");
                    await writer.WriteLineAsync("250 ENHANCEDSTATUSCODES");
                    break;
                case "STARTTLS":
                    await writer.WriteLineAsync("220 go on");
                    await using (var safe = await EncryptAsync(stream))
                    {
                        await TalkAsync(safe, greeted: true, isSafe: true);
                    }

                    return;
                case "AUTH":
                    isKnown = Encoding.UTF8.GetString(Convert.FromBase64String(line.Split(' ')[2])) == Credentials;
                    await writer.WriteLineAsync(isKnown ? "235 welcome" : "535 who are you");
                    break;
                case "MAIL" when !isSafe:
                    await writer.WriteLineAsync("530 STARTTLS first");
                    break;
                case "MAIL" when !isKnown:
                    await writer.WriteLineAsync("530 sign in first");
                    break;
                case "RCPT":
                    recipients.Add(line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.LastIndexOf('>')]);
                    await writer.WriteLineAsync(ToRecipient);
                    break;
                case "DATA":
                    await writer.WriteLineAsync("354 go on");
                    var data = new StringBuilder();
                    while (await reader.ReadLineAsync() is { } text && text != ".")
                    {
                        data.AppendLine(text);
                    }

                    await writer.WriteLineAsync(ToData);
                    if (ToData.StartsWith('2'))
                    {
                        Taken.Enqueue((string.Join(' ', recipients), data.ToString()));
                    }

                    break;
                case "QUIT":
                    await writer.WriteLineAsync("221 bye");
                    return;
                default:
                    await writer.WriteLineAsync("250 ok");
                    break;
            }
        }
    }
}
