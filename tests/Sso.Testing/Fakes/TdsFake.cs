using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Sso.Testing.Fakes;

/// <summary>
/// As much of SQL Server as its driver needs to connect and to be refused (MS-TDS 7.4): it lets everybody in, and answers each statement
/// as the test says. So the exceptions of the driver are its own, which nobody can construct.
/// </summary>
public sealed class TdsFake : IAsyncDisposable
{
    private const byte Tabular = 0x04, Prelogin = 0x12, Login = 0x10, Transactions = 0x0E, EndOfMessage = 0x01;

    private readonly LoopbackServer _server;
    private readonly List<string> _statements = [];
    private readonly Lock _lock = new();

    public TdsFake() => _server = new LoopbackServer(ServeAsync);

    /// <summary>What a statement is answered; nothing means that it is done.</summary>
    public Func<string, TdsAnswer?> Answer { get; set; } = _ => null;

    /// <summary>Stands in the connection string of this server and of no other.</summary>
    public string Name => $"127.0.0.1,{_server.Port}";

    public string ConnectionString =>
        $"Server=tcp:{Name};Database=sso;User ID=sso;Password=x;Encrypt=false;ConnectRetryCount=0";

    public IReadOnlyList<string> Statements
    {
        get
        {
            lock (_lock)
            {
                return [.. _statements];
            }
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ServeAsync(TcpClient client)
    {
        var stream = client.GetStream();
        while (await ReadAsync(stream) is var (type, payload))
        {
            var answer = type switch
            {
                Prelogin => NoEncryption(),
                Login => [.. Collation(), .. Welcome(), .. Done(error: false)],
                Transactions => Transaction(payload),
                _ => Statement(payload),
            };
            var packet = new byte[8 + answer.Length];
            (packet[0], packet[1], packet[6]) = (Tabular, EndOfMessage, 1);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
            answer.CopyTo(packet, 8);
            await stream.WriteAsync(packet);
        }
    }

    /// <summary>One message of any number of packets; null when the driver has gone.</summary>
    private static async Task<(byte Type, byte[] Payload)?> ReadAsync(NetworkStream stream)
    {
        using var message = new MemoryStream();
        var header = new byte[8];
        do
        {
            try
            {
                await stream.ReadExactlyAsync(header);
                var part = new byte[BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2)) - header.Length];
                await stream.ReadExactlyAsync(part);
                message.Write(part);
            }
            catch (IOException)
            {
                return null;
            }
        }
        while ((header[1] & EndOfMessage) == 0);
        return (header[0], message.ToArray());
    }

    private byte[] Statement(byte[] payload)
    {
        // The text stands somewhere among headers and parameters, in UTF-16 at an even or an odd place.
        var text = Encoding.Unicode.GetString(payload) + Encoding.Unicode.GetString(payload, 1, payload.Length - 1);
        lock (_lock)
        {
            _statements.Add(text);
        }

        return Answer(text) switch
        {
            TdsAnswer.Error error => [.. ErrorToken(error), .. Done(error: true)],
            TdsAnswer.Row row => [.. RowTokens(row), .. Done(error: false, rows: 1)],
            TdsAnswer.Whole whole => [.. NumberTokens(whole.Value), .. Done(error: false, rows: 1)],
            _ => Done(error: false, rows: 1),
        };
    }

    private static byte[] NoEncryption() =>
        [0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xFF, 16, 0, 0, 0, 0, 0, 2];

    private static byte[] Collation() => [0xE3, 8, 0, 7, 5, 0x09, 0x04, 0xD0, 0x00, 0x34, 0];

    private static byte[] Welcome()
    {
        byte[] body = [1, 0x74, 0, 0, 4, .. Short("Microsoft SQL Server"), 16, 0, 0, 0];
        return [0xAD, (byte)body.Length, (byte)(body.Length >> 8), .. body];
    }

    /// <summary>Begin, commit and roll back, told by an environment change each.</summary>
    private static byte[] Transaction(byte[] payload)
    {
        var headers = BinaryPrimitives.ReadInt32LittleEndian(payload);
        byte[] change = BinaryPrimitives.ReadUInt16LittleEndian(payload.AsSpan(headers)) switch
        {
            5 => [8, 8, 1, 0, 0, 0, 0, 0, 0, 0, 0],
            7 => [9, 0, 8, 1, 0, 0, 0, 0, 0, 0, 0],
            _ => [10, 0, 8, 1, 0, 0, 0, 0, 0, 0, 0],
        };
        return [0xE3, (byte)change.Length, 0, .. change, .. Done(error: false)];
    }

    private static byte[] ErrorToken(TdsAnswer.Error error)
    {
        var text = Encoding.Unicode.GetBytes("The fake says so.");
        byte[] body =
        [
            .. Little(error.Number), 1, error.Class, .. BitConverter.GetBytes((ushort)(text.Length / 2)), .. text,
            .. Short("fake"), .. Short(""), .. Little(1),
        ];
        return [0xAA, (byte)body.Length, (byte)(body.Length >> 8), .. body];
    }

    /// <summary>A text and a bit.</summary>
    private static byte[] RowTokens(TdsAnswer.Row row)
    {
        var text = Encoding.Unicode.GetBytes(row.Text);
        return
        [
            0x81, 2, 0,
            0, 0, 0, 0, 9, 0, 0xE7, 0, 1, 0x09, 0x04, 0xD0, 0x00, 0x34, .. Short("Collation"),
            0, 0, 0, 0, 9, 0, 0x68, 1, .. Short("IsSnapshot"),
            0xD1, .. BitConverter.GetBytes((ushort)text.Length), .. text, 1, row.Bit ? (byte)1 : (byte)0,
        ];
    }

    private static byte[] NumberTokens(int number) =>
        [0x81, 1, 0, 0, 0, 0, 0, 9, 0, 0x26, 4, 0, 0xD1, 4, .. Little(number)];

    private static byte[] Done(bool error, long rows = 0) => [0xFD, error ? (byte)2 : (byte)0x10, 0, 0, 0, .. BitConverter.GetBytes(rows)];

    private static byte[] Little(int number) => BitConverter.GetBytes(number);

    private static byte[] Short(string text) => [(byte)text.Length, .. Encoding.Unicode.GetBytes(text)];
}

/// <summary>What the fake answers to a statement.</summary>
public abstract record TdsAnswer
{
    private TdsAnswer() { }

    public sealed record Error(int Number, byte Class = 16) : TdsAnswer;

    /// <summary>One row of one number.</summary>
    public sealed record Whole(int Value) : TdsAnswer;

    /// <summary>One row of a text and a bit.</summary>
    public sealed record Row(string Text, bool Bit) : TdsAnswer;
}
