using System.Diagnostics;
using System.Globalization;
using Sso.Testing;
using Xunit;

namespace Sso.Protocol.Tests;

/// <summary>What a run of the tests (tests/run.sh) leaves on the machine when it is killed.</summary>
public sealed class LeaveNothingTests
{
    [Fact]
    public async Task Whoever_kills_a_run_finds_neither_its_processes_in_whatever_session_nor_its_files()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are found by /proc.");
        var folder = Directory.CreateTempSubdirectory("sso-run.").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "some"), "thing", TestContext.Current.CancellationToken);
        using var run = Start("/bin/sleep", "600");
        // As browsers and databases do: a session of its own, and a parent that is gone.
        using var parent = Start("/bin/sh", "-c", $"TMPDIR={folder} setsid sleep 600 >/dev/null & echo $!");
        var member = int.Parse(
            (await parent.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!, CultureInfo.InvariantCulture);
        using var stranger = Start("/bin/sleep", "600");
        using var watcher = Start("/bin/bash", Path.Combine(Repository.Root, "tests", "leave-nothing.sh"), $"{run.Id}", folder);
        Assert.True(IsAlive(member));

        run.Kill();
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        await watcher.WaitForExitAsync(TestContext.Current.CancellationToken)
            .WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);

        Assert.Equal((false, false, true), (IsAlive(member), Directory.Exists(folder), IsAlive(stranger.Id)));
        stranger.Kill();
    }

    private static bool IsAlive(int process)
    {
        try
        {
            return !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
}
