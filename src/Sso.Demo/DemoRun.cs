using System.Text.Json;

namespace Sso.Demo;

/// <summary>
/// One run: a fresh database in a folder of its own, filled by the commands of <c>sso</c>, then the server and the client area until it is
/// told to end.
/// </summary>
internal sealed class DemoRun : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sso-demo-");
    private readonly Dictionary<string, string> _serverSettings;
    private readonly DemoScript _script;
    private readonly string _server;
    private readonly List<ChildProgram> _children = [];

    /// <param name="ssoPort">Of the server.</param>
    /// <param name="clientPort">Of the client area.</param>
    /// <param name="secondFactor">"required", or "when-enrolled", with which customers turn on two-factor authentication
    /// themselves.</param>
    /// <param name="server">The program to start, sso.dll.</param>
    public DemoRun(int ssoPort, int clientPort, string secondFactor, string server)
    {
        (Issuer, ClientUrl) = ($"http://localhost:{ssoPort}", $"http://localhost:{clientPort}");
        (_script, _server) = (new DemoScript(Issuer, ClientUrl, secondFactor), server);
        _serverSettings = new(_script.ServerSettings)
        {
            ["Database__Provider"] = "Sqlite",
            ["Database__ConnectionString"] = $"Data Source={Path.Combine(_folder.FullName, "sso.db")}",
            ["Delivery__Outbox__Folder"] = Path.Combine(_folder.FullName, "outbox"),
        };
    }

    public string Issuer { get; }

    public string ClientUrl { get; }

    /// <summary>What a terminal takes as it stands, while the demo runs.</summary>
    public string CommandToRegister =>
        $"dotnet \"{Path.GetFullPath(_server)}\" \"--Database:ConnectionString={_serverSettings["Database__ConnectionString"]}\" "
        + $"\"--Secrets:PassphraseFile={Path.Combine(_folder.FullName, "sso.db.passphrase")}\" --Sso:Issuer={Issuer} {DemoScript.Register}";

    /// <summary>Ends when one of the two programs ends.</summary>
    public Task SomethingEnded => Task.WhenAny(_children.Select(child => child.Exited));

    public async Task StartAsync(CancellationToken cancellation)
    {
        await CommandAsync("", ["db", "migrate"], cancellation);
        var secret = JsonElement.Parse(await CommandAsync("", _script.AddClient, cancellation)).GetProperty("client_secret").GetString()!;
        await Task.WhenAll(
            CommandAsync(DemoScript.Password, _script.AddCustomer, cancellation), CommandAsync("", _script.AddDevice, cancellation));
        var server = ChildProgram.Start("sso", _server, _serverSettings, "serve");
        _children.Add(server);
        await WaitAsync(server, "Sso", Issuer + "/health/ready", cancellation);
        var client = ChildProgram.Start("client area", Programs.ClientArea, _script.ClientSettings(secret));
        _children.Add(client);
        await WaitAsync(client, "The client area", ClientUrl + "/health/live", cancellation);
    }

    public string LastWords() => string.Join(
        Environment.NewLine, _children.Where(child => child.HasExited).Select(child => child.LastWords));

    public async ValueTask DisposeAsync()
    {
        foreach (var child in Enumerable.Reverse(_children))
        {
            await child.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private Task<string> CommandAsync(string input, IEnumerable<string> arguments, CancellationToken cancellation) =>
        ChildProgram.RunAsync(_server, _serverSettings, input, [.. arguments], cancellation);

    /// <summary>However long it takes: a program that is still running is only slow, and the person waiting sees that.</summary>
    private static async Task WaitAsync(ChildProgram program, string name, string address, CancellationToken cancellation)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        using var progress = new Progress($"{name} is starting");
        while (!await AnswersAsync(http, address, cancellation))
        {
            if (program.HasExited)
            {
                throw new DemoException($"{name} ended before it was ready. {program.LastWords}");
            }

            await Task.Delay(Pause, TimeProvider.System, cancellation);
        }
    }

    private static async Task<bool> AnswersAsync(HttpClient http, string address, CancellationToken cancellation)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(address), cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception)
            when (exception is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
