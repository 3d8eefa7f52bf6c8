using System.Diagnostics;

namespace Sso.Testing;

/// <summary>The sample client area as a real program, beside any provider on this machine.</summary>
public sealed class ClientAreaProcess : IDisposable
{
    public const string ClientId = "area";

    private readonly Process _process;

    private ClientAreaProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>As a public client, on a free port.</summary>
    public static Task<ClientAreaProcess> StartAsync(string authority)
    {
        var address = $"http://127.0.0.1:{FreePorts.Take()}";
        return StartAsync(address, new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = address,
            ["ClientArea__Authority"] = authority,
            ["ClientArea__ClientId"] = ClientId,
            ["ClientArea__PublicUrl"] = address,
        });
    }

    /// <param name="address">Where the settings put it.</param>
    /// <param name="settings">By their names in the environment.</param>
    public static async Task<ClientAreaProcess> StartAsync(string address, IReadOnlyDictionary<string, string> settings)
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var program = Path.Combine(Repository.Root, "src", "ClientArea", "bin", framework.Parent!.Name, framework.Name, "ClientArea.dll");
        var start = new ProcessStartInfo("dotnet", [program])
        {
            RedirectStandardOutput = true,
            Environment = { [ServerProcess.Recompilation] = ServerProcess.NeverRecompile },
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var started = new ClientAreaProcess(process, new Uri(address));
        using var client = new HttpClient { BaseAddress = started.Address };
        await Patience.UntilAsync(
            async () => process.HasExited
                ? throw new InvalidOperationException($"The client area ended with {process.ExitCode}.")
                : await IsLiveAsync(client),
            "the client area is live");
        return started;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task<bool> IsLiveAsync(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync("/health/live");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
