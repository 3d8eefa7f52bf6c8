using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Sso.Testing;

namespace Sso.Browser.Tests;

/// <summary>The demo of the README as a real program on free ports; it prints where it is and how to sign in.</summary>
internal sealed class DemoProcess : IDemo
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private DemoProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string ClientArea => Printed("Client area");

    public string Sso => Printed("Sso");

    public string UserName => Printed("Sign in as");

    public string Password => Printed("Password");

    public string Phone => Printed("Text messages");

    private string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public static async Task<DemoProcess> StartAsync(string secondFactor)
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var program = Path.Combine(Repository.Root, "src", "Sso.Demo", "bin", framework.Parent!.Name, framework.Name, "Sso.Demo.dll");
        string[] server = ServerProcess.Published is { } published ? ["--server", published] : [];
        string[] options = ["--sso-port", "0", "--client-port", "0", "--second-factor", secondFactor, "--no-build", .. server];
        var demo = new DemoProcess(new ProcessStartInfo("dotnet", [program, .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [ServerProcess.Recompilation] = ServerProcess.NeverRecompile },
        });
        var ended = demo._process.WaitForExitAsync();
        if (await Task.WhenAny(demo._ready.Task, ended).WaitAsync(Patience.Limit) == ended)
        {
            throw new InvalidOperationException("The demo did not start:\n" + demo.Output);
        }

        return demo;
    }

    /// <summary>Asked to end, the demo ends its programs and deletes its database.</summary>
    public async ValueTask DisposeAsync()
    {
        using (var ask = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
        {
            await ask.WaitForExitAsync();
        }

        try
        {
            await _process.WaitForExitAsync().WaitAsync(Patience.Limit);
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
            throw;
        }
        finally
        {
            _process.Dispose();
        }
    }

    /// <summary>The word behind a label of the printed table, not of a sentence before it.</summary>
    private string Printed(string label) =>
        Regex.Match(Output, $@"^ +{label} {{2,}}(\S+)", RegexOptions.Multiline | RegexOptions.CultureInvariant).Groups[1].Value;

    private void Take(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }

        if (line?.Contains("/dev/phone", StringComparison.Ordinal) == true)
        {
            _ready.TrySetResult();
        }
    }
}
