using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Sso.Demo;

/// <summary>A program that runs next to this one. Its output is kept, and passed on only if it reports trouble.</summary>
internal sealed class ChildProgram : IAsyncDisposable
{
    private const int KeptLines = 200;
    private const int Terminate = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<string> _troubles = new();
    private readonly Process _process;
    private readonly string _name;
    private volatile bool _inTrouble;

    private ChildProgram(string name, ProcessStartInfo start)
    {
        _name = name;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Ends when the program ends.</summary>
    public Task Exited => _process.WaitForExitAsync();

    public bool HasExited => _process.HasExited;

    /// <summary>
    /// What it reported as trouble or, if nothing, everything that it printed; warnings are left out if they are not the reason.
    /// </summary>
    public string LastWords => _troubles.IsEmpty
        ? _lines.IsEmpty ? "It printed nothing." : $"It printed:{Environment.NewLine}{string.Join(Environment.NewLine, _lines)}"
        : $"It said:{Environment.NewLine}{string.Join(Environment.NewLine, _troubles)}";

    public static ChildProgram Start(
        string name, string assembly, IReadOnlyDictionary<string, string> settings, params string[] arguments) =>
        new(name, StartInfo(assembly, settings, arguments));

    /// <summary>Runs to the end and returns standard output.</summary>
    /// <exception cref="DemoException">The exit code was not 0.</exception>
    public static async Task<string> RunAsync(
        string assembly, IReadOnlyDictionary<string, string> settings, string input, string[] arguments, CancellationToken cancellation)
    {
        using var process = Process.Start(StartInfo(assembly, settings, arguments))!;
        await process.StandardInput.WriteLineAsync(input);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == 0
            ? await output
            : throw new DemoException($"sso {string.Join(' ', arguments.Take(2))} failed:{Environment.NewLine}{await output}{await error}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Ask();
            using var patience = new CancellationTokenSource(Patience);
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }

        _process.Dispose();
    }

    private static ProcessStartInfo StartInfo(string assembly, IReadOnlyDictionary<string, string> settings, string[] arguments)
    {
        var start = new ProcessStartInfo(Programs.Runtime, [assembly, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(assembly)!,
        };
        // Only what is set below counts: settings of the developer's own shell stay out of the demo.
        foreach (var name in start.Environment.Keys.Where(IsSetting).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static bool IsSetting(string name) =>
        name.Contains("__", StringComparison.Ordinal)
        || name.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase)
        || name.Equals("DOTNET_ENVIRONMENT", StringComparison.OrdinalIgnoreCase)
        || name.Equals("DOTNET_URLS", StringComparison.OrdinalIgnoreCase);

    /// <summary>The console logger begins an entry with its level and indents what follows.</summary>
    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        Keep(_lines, line);
        _inTrouble = line.StartsWith("fail:", StringComparison.Ordinal) || line.StartsWith("crit:", StringComparison.Ordinal)
            || (_inTrouble && line.StartsWith(' '));
        if (_inTrouble)
        {
            Keep(_troubles, line);
            Console.Error.WriteLine($"[{_name}] {line}");
        }
    }

    private static void Keep(ConcurrentQueue<string> lines, string line)
    {
        lines.Enqueue(line);
        while (lines.Count > KeptLines)
        {
            lines.TryDequeue(out _);
        }
    }

    private void Ask()
    {
        if (OperatingSystem.IsWindows())
        {
            _process.Kill(entireProcessTree: true);
        }
        else
        {
            _ = Signal(_process.Id, Terminate);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int process, int signal);
}
