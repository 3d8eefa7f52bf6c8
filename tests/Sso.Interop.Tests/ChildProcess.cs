using System.Diagnostics;
using System.Text;
using Sso.Testing;
using Xunit;

namespace Sso.Interop.Tests;

/// <summary>A child process whose output is kept; it ends, with its own children, when it is disposed of.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly StringBuilder errors = new();

    private ChildProcess(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Keep(output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(errors, line.Data);
    }

    public string Output => Read(output);

    public string Errors => Read(errors);

    public bool HasEnded => process.HasExited;

    /// <param name="input">All that it is told; null to tell it something later.</param>
    public static ChildProcess Start(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string folder, string? input = "")
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var child = new ChildProcess(new Process { StartInfo = start });
        child.process.Start();
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        if (input is not null)
        {
            child.Tell(input);
        }

        return child;
    }

    /// <summary>Tells it the last that it hears.</summary>
    public void Tell(string input)
    {
        process.StandardInput.Write(input);
        process.StandardInput.Close();
    }

    /// <summary>Waits until it has printed these words, for as long as it runs.</summary>
    public Task ExpectAsync(string words) => Patience.UntilAsync(
        () =>
        {
            var isPrinted = Output.Contains(words, StringComparison.Ordinal);
            Assert.True(isPrinted || !HasEnded, $"Ended before it printed \"{words}\".\n{Output}\n{Errors}");
            return isPrinted;
        },
        words);

    public async Task ExpectSuccessAsync(TimeSpan limit)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"Not finished after {limit}.\n{Output}\n{Errors}");
        }

        Assert.True(process.ExitCode == 0, $"Ended with code {process.ExitCode}.\n{Output}\n{Errors}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private static void Keep(StringBuilder text, string? line)
    {
        lock (text)
        {
            text.AppendLine(line);
        }
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
