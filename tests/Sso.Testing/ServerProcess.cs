using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Sso.Testing;

/// <summary>A real <c>sso serve</c> that can be killed and started again on the same database, port and keys.</summary>
public sealed class ServerProcess(TestDatabase database) : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private Process? _process;

    public Uri Issuer { get; } = new($"http://localhost:{FreePort()}");

    public string PassphraseFile => Path.Combine(database.Folder, "passphrase");

    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "sso.dll"), "serve"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["ASPNETCORE_URLS"] = Issuer.GetLeftPart(UriPartial.Authority),
                ["Sso__Issuer"] = Issuer.GetLeftPart(UriPartial.Authority),
                ["Database__Provider"] = database.Provider,
                ["Database__ConnectionString"] = database.ConnectionString,
                ["Secrets__PassphraseFile"] = PassphraseFile,
                ["Delivery__Routes__0"] = "outbox",
                ["Delivery__Outbox__Folder"] = Path.Combine(database.Folder, "outbox"),
            },
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        var errors = _process.StandardError.ReadToEndAsync();
        using var client = new HttpClient { BaseAddress = Issuer };
        var waited = Stopwatch.StartNew();
        while (!await IsReadyAsync(client))
        {
            if (_process.HasExited || waited.Elapsed > StartLimit)
            {
                Kill();
                throw new InvalidOperationException("The server did not start: " + await errors);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public void Kill()
    {
        _process?.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
        _process = null;
    }

    public Browser OpenBrowser() => new(Issuer, () => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

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

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
