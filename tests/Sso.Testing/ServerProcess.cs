using System.Diagnostics;
using System.Net.Sockets;

namespace Sso.Testing;

/// <summary>A real <c>sso serve</c> that can be killed and started again on the same database, port and keys.</summary>
/// <param name="first">The node whose public address this one shares, as behind a proxy.</param>
public sealed class ServerProcess(TestDatabase database, ServerProcess? first = null) : IDisposable
{
    /// <summary>The published program where the run made one: it starts in half the time.</summary>
    public static string? Published { get; } = Environment.GetEnvironmentVariable("SSO_TEST_SERVER") is { Length: > 0 } path ? path : null;

    private static readonly string Program = Published ?? Path.Combine(AppContext.BaseDirectory, "sso.dll");

    /// <summary>
    /// Of the runtime, for programs that live for seconds: compiling once more what ran often is a fifth of what they cost,
    /// and pays for no one.
    /// </summary>
    public const string Recompilation = "DOTNET_TC_CallCountThreshold";
    public const string NeverRecompile = "7FFF";

    private Process? _process;

    private readonly Uri _address = new($"http://localhost:{FreePorts.Take()}");

    public Uri Issuer => first?.Issuer ?? _address;

    public string PassphraseFile => database.PassphraseFile;

    public int ProcessId => _process!.Id;

    public async Task StartAsync(params string[] settings)
    {
        var errors = Begin(["serve", .. settings]).StandardError.ReadToEndAsync();
        using var client = new HttpClient { BaseAddress = _address };
        await Patience.UntilAsync(
            async () => _process!.HasExited
                ? throw new InvalidOperationException("The server did not start: " + await errors)
                : await IsReadyAsync(client),
            "the server is ready");
    }

    /// <summary>Begins a start, or another command, and kills it in the middle; false when it was over before.</summary>
    public async Task<bool> BeginAndKillAsync(TimeSpan after, params string[] command)
    {
        var process = Begin(command.Length == 0 ? ["serve"] : command);
        _ = process.StandardError.ReadToEndAsync();
        await Task.Delay(after, TimeProvider.System);
        var isKilled = !process.HasExited;
        Kill();
        return isKilled;
    }

    /// <summary>Runs a command, or a server that does not start, to its end: everything that it said.</summary>
    public async Task<(int Code, string Said)> RunAsync(IEnumerable<string> arguments)
    {
        using var process = Process.Start(StartInfo([.. arguments]))!;
        using var limit = new CancellationTokenSource(Patience.Limit);
        try
        {
            var said = await Task.WhenAll(
                process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, string.Concat(said));
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private Process Begin(string[] arguments)
    {
        _process = Process.Start(StartInfo(arguments))!;
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        return _process;
    }

    private ProcessStartInfo StartInfo(string[] arguments) => new("dotnet", [Program, .. arguments])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment =
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_URLS"] = _address.GetLeftPart(UriPartial.Authority),
            ["Sso__Issuer"] = Issuer.GetLeftPart(UriPartial.Authority),
            ["Database__Provider"] = database.Provider,
            ["Database__ConnectionString"] = database.ConnectionString,
            ["Secrets__PassphraseFile"] = PassphraseFile,
            ["Keys__RsaBits"] = "2048",
            [Recompilation] = NeverRecompile,
            ["Delivery__Routes__0"] = "outbox",
            ["Delivery__Outbox__Folder"] = Path.Combine(database.Folder, "outbox"),
        },
    };

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public void Kill()
    {
        _process?.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
        _process = null;
    }

    /// <summary>SIGTERM, as a supervisor sends it. The exit code comes when the server has ended by itself.</summary>
    public async Task<int> StopAsync()
    {
        using (var ask = Process.Start("kill", ["-TERM", $"{ProcessId}"]))
        {
            await ask.WaitForExitAsync();
        }

        await _process!.WaitForExitAsync().WaitAsync(Patience.Limit);
        return _process.ExitCode;
    }

    public Browser OpenBrowser() => new(Issuer, Connect);

    /// <summary>The way to this node for whoever asks for the public address.</summary>
    public HttpMessageHandler Connect() => new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectCallback = async (_, cancellation) =>
        {
            var client = new TcpClient();
            await client.ConnectAsync(_address.Host, _address.Port, cancellation);
            return client.GetStream();
        },
    };

    public void Dispose() => Kill();

    private static async Task<bool> IsReadyAsync(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync("/health/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
