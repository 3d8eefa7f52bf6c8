using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Sso.Testing;

namespace Sso.Browser.Tests;

/// <summary>The demo of the README as a real program on free ports; it prints where it is and how to sign in.</summary>
public sealed partial class DemoProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private DemoProcess(Process process) => _process = process;

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public IReadOnlyList<string> Addresses => [.. Address().Matches(Output).Select(match => match.Value).Distinct()];

    public static async Task<DemoProcess> StartAsync()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var program = Path.Combine(Repository.Root, "src", "Sso.Demo", "bin", configuration, "net10.0", "Sso.Demo.dll");
        var start = new ProcessStartInfo("dotnet", [program, "--sso-port", "0", "--client-port", "0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var demo = new DemoProcess(Process.Start(start)!);
        var ready = new TaskCompletionSource();
        demo._process.OutputDataReceived += (_, line) => demo.Take(line.Data, ready);
        demo._process.ErrorDataReceived += (_, line) => demo.Take(line.Data, ready);
        demo._process.BeginOutputReadLine();
        demo._process.BeginErrorReadLine();
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(90));
        return demo;
    }

    /// <summary>The word behind a label of the printed lines.</summary>
    public string Printed(string pattern) => Regex.Match(Output, pattern, RegexOptions.CultureInvariant).Groups[1].Value;

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Take(string? line, TaskCompletionSource ready)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }

        if (line is null || line.Contains("/dev/phone", StringComparison.Ordinal))
        {
            ready.TrySetResult();
        }
    }

    [GeneratedRegex(@"http://localhost:\d+")]
    private static partial Regex Address();
}
