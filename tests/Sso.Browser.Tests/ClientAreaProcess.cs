using System.Diagnostics;
using Sso.Testing;

namespace Sso.Browser.Tests;

/// <summary>The sample client area as a real program, beside any provider on this machine.</summary>
internal sealed class ClientAreaProcess : IDisposable
{
    public const string ClientId = "area";

    private readonly Process _process;

    private ClientAreaProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public static async Task<ClientAreaProcess> StartAsync(string authority)
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var program = Path.Combine(Repository.Root, "src", "ClientArea", "bin", framework.Parent!.Name, framework.Name, "ClientArea.dll");
        var address = new Uri($"http://127.0.0.1:{FreePorts.Take()}");
        var process = Process.Start(new ProcessStartInfo(
            "dotnet",
            [
                program, $"--urls={address}", $"--ClientArea:Authority={authority}", $"--ClientArea:ClientId={ClientId}",
                $"--ClientArea:PublicUrl={address}",
            ])
        {
            RedirectStandardOutput = true,
            Environment = { [ServerProcess.Recompilation] = ServerProcess.NeverRecompile },
        })!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var started = new ClientAreaProcess(process, address);
        using var client = new HttpClient { BaseAddress = address };
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
